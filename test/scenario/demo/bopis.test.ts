/** The pickup demo as its visitors see it: every process runs, two browsers want the last unit of a store. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Race, runRace } from '#bin/demo/bopis/race.ts';
import { tellRace } from '#bin/demo/bopis.ts';
import { openStage, type Stage } from '#bin/demo/stage.ts';
import { drawCompany } from '#simulation/company/generate.ts';

describe('two browsers race for the last unit of a store', () => {
  let stage: Stage;
  let race: Race;

  beforeAll(async () => {
    stage = await openStage({
      ...process.env,
      TRYTON_URL: '',
      NODE_ENV: 'development',
      LOG_LEVEL: 'error',
      SIMULATOR_SIZE: 'small',
    });
    race = await runRace(stage, drawCompany({ size: 'small', nowMs: Date.now() }));
  }, 120_000);
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  }, 60_000);

  test('both are shown one unit', () => {
    expect(race.shown.map(({ sellableQuantity }) => sellableQuantity)).toEqual([1, 1]);
  });

  test('one holds it, the other is told what is short', () => {
    expect(race.winner.reservation?.state).toBe('HELD');
    expect(race.winner.userErrors).toEqual([]);
    expect(race.loser.reservation).toBeNull();
    expect(race.loser.userErrors.map(({ code }) => code)).toEqual(['OUT_OF_STOCK']);
    expect(race.loser.shortages).toEqual([{ sku: race.item.sku, requested: 1, fulfillable: 0, shortage: 1 }]);
  });

  test('the other is offered another store that has it', () => {
    expect(race.offer?.location.id).not.toBe(race.item.storeId);
    expect(race.offer?.allItemsAvailable).toBe(true);
  });

  test('the order takes the place of the hold: the unit is spoken for once, and never for sale', () => {
    expect(race.held).toEqual({ onHand: 1, reservedSoft: 1, unpostedDemand: 0, sellable: 0 });
    expect(race.ordered).toEqual({ onHand: 1, reservedSoft: 0, unpostedDemand: 1, sellable: 0 });
    expect(race.collected).toEqual({ onHand: 0, reservedSoft: 0, unpostedDemand: 0, sellable: 0 });
  });

  test('its page is told when it is ready and when it is collected, and the order says the same', () => {
    expect(race.words.map(({ word }) => word).slice(-2)).toEqual(['READY_FOR_PICKUP', 'COLLECTED']);
    expect(race.finalWord).toBe('COLLECTED');
  });

  test('the story names both, the offer and the order', () => {
    const lines: string[] = [];
    tellRace(race, (text) => lines.push(text));
    const story = lines.join('\n');
    for (const part of ['Anna', 'Ben', 'OUT_OF_STOCK', race.offer?.location.name ?? '?', race.orderNumber])
      expect(story).toContain(part);
  });
});
