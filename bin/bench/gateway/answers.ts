/** What the right answer to a question is, worked out over the whole graph at once, without any federation. */
import { isDeepStrictEqual } from 'node:util';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { ROOT } from './data.ts';
import type { Question } from './workloads.ts';

/** As it comes out of a parsed answer. */
export const expectedAnswers = async (schema: GraphQLSchema, question: Question): Promise<readonly unknown[]> => {
  const document = parse(question.query);
  const answers: unknown[] = [];
  for (const variableValues of question.variables) {
    const { data, errors } = await execute({ schema, document, rootValue: ROOT, variableValues });
    if (errors?.[0]) throw errors[0];
    answers.push(JSON.parse(JSON.stringify(data)));
  }
  return answers;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)} ...` : text;
};

/** Where two answers part, or null when they are the same. The order of keys does not matter; that of lists does. */
export const differenceOf = (expected: unknown, actual: unknown, path = 'data'): string | null => {
  if (isDeepStrictEqual(expected, actual)) return null;
  if (!isObject(expected) || !isObject(actual) || Array.isArray(expected) !== Array.isArray(actual))
    return `${path} is ${shown(actual)} instead of ${shown(expected)}`;
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const difference = differenceOf(expected[key], actual[key], `${path}.${key}`);
    if (difference !== null) return difference;
  }
  return `${path} differs`;
};

/** What is wrong with a gateway's answer, or null when nothing is. */
export const faultOf = (status: number, body: string, expected: unknown): string | null => {
  if (status !== 200) return `HTTP ${status}: ${shown(body)}`;
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return `no JSON: ${shown(body)}`;
  }
  if (!isObject(answer)) return `no answer: ${shown(body)}`;
  if (answer.errors !== undefined) return `errors: ${shown(answer.errors)}`;
  return differenceOf(expected, answer.data);
};
