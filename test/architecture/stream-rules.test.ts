/** The protocol of streams is what is tested: every rule of its page is named by a test, and no test names another. */
import { describe, expect, test } from '@jest/globals';
import { filesBelow, textOf } from './sources.ts';

const PAGE = 'docs/reference/subscription-resume.md';
const inOrder = (rules: Iterable<string>): readonly string[] =>
  [...new Set(rules)].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));

/** Rules are named at the end of a title: "a waiting stream ends at once (R42)". */
const named = filesBelow('test', '.test.ts').flatMap((file) =>
  [...textOf(file).matchAll(/(?:test|describe)(?:\.each(?:<[^(]*>)?\([\s\S]*?\))?\(\s*(['"`])(.*?)\1,/g)].flatMap(
    ([, , title = '']) => [...(/\((R\d+(?:, R\d+)*)\)$/.exec(title)?.[1]?.split(', ') ?? [])],
  ),
);

describe('the rules of streams', () => {
  const rules = [...textOf(PAGE).matchAll(/\*\*(R\d+)\*\*/g)].map(([, rule = '']) => rule);

  test('are numbered in order, each once', () => {
    expect(rules).toEqual(rules.map((_, index) => `R${index + 1}`));
    expect(rules.length).toBeGreaterThan(40);
  });

  test('are each named by the title of a test, and tests name no others', () => {
    expect(inOrder(named)).toEqual(rules);
  });
});
