/** Whose word is asked for again, by the policy's authority for the places in question. */
import { describe, expect, test } from '@jest/globals';
import { needOf } from '#subgraphs/process/availability/need.ts';
import { assessed, type Case, contact, item, reading } from './world.ts';

const MINUTE_MS = 60_000;
const needIn = (given: Case) =>
  Object.fromEntries([...needOf(assessed(given))].map(([system, codes]) => [system, [...codes].sort()]));

const silentFor = (posMs: number, wmsMs = 0) => [contact('erp'), contact('pos', posMs), contact('wms', wmsMs)];
const old = { agoMs: MINUTE_MS };
const both = item([reading('pos', 'ST-BERLIN', 4, old), reading('wms', 'WH-NORD', 20, old)]);
const cart = { purpose: 'CART' } as const;

describe('what is needed for a fresh answer', () => {
  test('nothing while every number is proven recently, by itself or by its connection', () => {
    expect(needIn({ item: both, context: cart })).toEqual({});
    const justRead = item([reading('pos', 'ST-BERLIN', 4)]);
    expect(needIn({ item: justRead, contacts: silentFor(MINUTE_MS), context: cart })).toEqual({});
  });

  test('only the systems and places whose proof is too old', () => {
    expect(needIn({ item: both, contacts: silentFor(MINUTE_MS), context: cart })).toEqual({ pos: ['ST-BERLIN'] });
    expect(needIn({ item: both, contacts: silentFor(MINUTE_MS, MINUTE_MS), context: cart })).toEqual({
      pos: ['ST-BERLIN'],
      wms: ['WH-NORD'],
    });
  });

  test('the system that decides at a place, not one behind it', () => {
    const facts = item([reading('erp', 'ST-BERLIN', 9, old), reading('pos', 'ST-BERLIN', 4, old)]);
    const contacts = [contact('erp', MINUTE_MS), contact('pos', MINUTE_MS), contact('wms')];
    expect(needIn({ item: facts, contacts, context: cart })).toEqual({ pos: ['ST-BERLIN'] });
    const erpDecides = { authority: { stock: { STORE: ['erp' as const] } } };
    expect(needIn({ item: facts, contacts, context: cart, policy: erpDecides })).toEqual({ erp: ['ST-BERLIN'] });
  });

  test('the system that has fallen silent, and the one that stands in for it when it is old too', () => {
    const facts = item([
      reading('pos', 'ST-BERLIN', 4, { agoMs: 20 * MINUTE_MS }),
      reading('wms', 'ST-BERLIN', 3, old),
    ]);
    const contacts = silentFor(20 * MINUTE_MS, MINUTE_MS);
    expect(needIn({ item: facts, contacts, context: cart })).toEqual({ pos: ['ST-BERLIN'], wms: ['ST-BERLIN'] });
  });

  test('a system that has not been read through yet, where others know the item', () => {
    const contacts = [contact('erp'), contact('pos', null, false), contact('wms')];
    const facts = item([reading('wms', 'ST-BERLIN', 3)]);
    expect(needIn({ item: facts, contacts, context: cart })).toEqual({ pos: ['ST-BERLIN'] });
  });

  test('places that are not asked for, or not sold from, are left alone', () => {
    const contacts = silentFor(MINUTE_MS, MINUTE_MS);
    expect(needIn({ item: both, contacts, context: { ...cart, locationIds: ['loc_WH-NORD'] } })).toEqual({
      wms: ['WH-NORD'],
    });
    const policy = { channels: { web: { locations: { kinds: ['STORE' as const] } } } };
    expect(needIn({ item: both, contacts, context: cart, policy })).toEqual({ pos: ['ST-BERLIN'] });
  });
});
