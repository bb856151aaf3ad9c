import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerIdOf, contextOfAnswerId } from '#subgraphs/process/availability/answer-id.ts';
import { codeOf, questionKey, readHeld, statusOfCode, writeHeld } from '#subgraphs/process/availability/held.ts';
import { assessed, item, reading } from './world.ts';

const skus = ['A', 'B', 'C'] as const;
const code = fc.option(
  fc
    .tuple(fc.constantFrom('I', 'L', 'O', 'D', 'U'), fc.option(fc.nat(), { nil: undefined }))
    .map(([word, shown]) => `${word}${shown?.toString(36) ?? ''}`),
);

describe('the state a cursor carries', () => {
  test('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.tuple(code, code, code), (codes) => {
        const held = new Map(skus.map((sku, index) => [sku as string, codes[index] ?? null]));
        expect(readHeld(writeHeld(held), skus)).toEqual(held);
      }),
    );
  });

  test.each(['I.O', 'I.O.L.U', 'X..', 'I-1..', ''])('%p is not the state of three SKUs', (text) =>
    expect(readHeld(text, skus)).toBeNull(),
  );

  test('QUANTITY tells apart what the channel shows, STATUS only words', () => {
    const answer = (onHand: number) => assessed({ item: item([reading('wms', 'WH-NORD', onHand)]) });
    expect([4, 7, 10, 11, 4711].map((onHand) => codeOf(answer(onHand), 'QUANTITY'))).toEqual([
      'I4',
      'I7',
      'Ia',
      'I',
      'I',
    ]);
    expect([1, 3, 4].map((onHand) => codeOf(answer(onHand), 'STATUS'))).toEqual(['L', 'L', 'I']);
    expect(statusOfCode('Ia')).toBe('IN_STOCK');
  });

  test('belongs to one question', () => {
    const { question } = assessed({ item: item([]) });
    const key = questionKey(skus, 'STATUS', question);
    expect(questionKey(['A', 'B'], 'STATUS', question)).not.toBe(key);
    expect(questionKey(skus, 'QUANTITY', question)).not.toBe(key);
    expect(questionKey(skus, 'STATUS', { ...question, onlyAt: new Set(['ST-1']) })).not.toBe(key);
    expect(questionKey(skus, 'STATUS', { ...question, maxAgeMs: 1 })).toBe(key);
  });
});

describe('the id of an answer', () => {
  test('brings the same question back', () => {
    const { question } = assessed({
      item: item([]),
      context: { purpose: 'DETAIL', maxAge: 'PT0.5S', quantity: 3, locationIds: ['loc_ST-017', 'loc_ST-BERLIN'] },
    });
    const asked = contextOfAnswerId(answerIdOf('P 1/ä', question));
    expect(asked?.sku).toBe('P 1/ä');
    expect(assessed({ item: item([]), context: asked?.context ?? {} }).question).toEqual(question);
  });

  test.each(['', 'avl_', 'avl_e30', 'loc_X', 'avl_WzFd'])('%p is none', (id) =>
    expect(contextOfAnswerId(id)).toBeNull(),
  );
});
