/**
 * An order's and a return's way through a warehouse, step by step, as the port tells it. Runs against simulators and
 * against live servers alike: it looks at differences, so it does not mind what else is there.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderClaim } from '#model/change.ts';
import { systemIds } from '#runtime/ids.ts';
import type { WmsStock } from '#subgraphs/wms/port.ts';
import { ORDER_STAGES, type OrderStage } from './wms-vendors.ts';
import { CALL, claimsOf, drain, readingAt, type WmsSystem } from './wms-world.ts';

const SITE = 'WH-SUED';
const SKUS = ['P1002-S', 'P1002-M', 'P1002-L', 'P1003-S', 'P1003-M', 'P1003-L', 'P1004-S', 'P1004-M', 'P1004-L'];
const ORDERED = 3;

type Expected = {
  /** Against the stock before the order. */
  readonly stock: Partial<Record<'onHand' | 'allocated' | 'picked', number>>;
  readonly rawState: RegExp;
  readonly progress: Readonly<Record<string, number>>;
  readonly state: string;
};

/** The numbers that were seen on a live server; subgraphs/wms/adapters/tryton/README.md shows the raw ones. */
const STEPS: Readonly<Record<Exclude<OrderStage, 'entered'>, Expected>> = {
  released: { stock: {}, rawState: /waiting/, progress: { open: ORDERED }, state: 'RELEASED' },
  allocated: {
    stock: { allocated: ORDERED },
    rawState: /assigned/,
    progress: { allocated: ORDERED },
    state: 'RELEASED',
  },
  picking: { stock: { picked: ORDERED }, rawState: /picked/, progress: { picking: ORDERED }, state: 'PICKING' },
  packed: { stock: { picked: ORDERED }, rawState: /packed/, progress: { packed: ORDERED }, state: 'PACKED' },
  shipped: { stock: { onHand: -ORDERED }, rawState: /done/, progress: { shipped: ORDERED }, state: 'SHIPPED' },
};

const isQuiet = (stock: WmsStock): boolean =>
  stock.allocated === 0 && stock.picked === 0 && stock.damaged === 0 && stock.returnsPendingInspection === 0;

export const wmsLifecycle = (open: () => Promise<WmsSystem>): void => {
  let system: WmsSystem;
  let reference: string;
  beforeEach(async () => {
    system = await open();
    reference = `WEB-${systemIds.uuid().slice(0, 8)}`;
  });
  afterEach(async () => {
    await system[Symbol.asyncDispose]();
  });

  const stockOf = async (sku: string): Promise<WmsStock> => {
    const [stock] = await system.port.stock([sku], [SITE], CALL);
    if (stock === undefined) throw new Error(`${sku} is unknown at ${SITE}`);
    return stock;
  };

  /** An item that nobody else works on, with this many on the shelf. */
  const shelved = async (quantity: number): Promise<WmsStock> => {
    const quiet = (await system.port.stock(SKUS, [SITE], CALL)).find(isQuiet);
    if (quiet === undefined) throw new Error(`every one of ${SKUS.join(', ')} is in work at ${SITE}`);
    await system.staff.count(SITE, { sku: quiet.sku, quantity });
    return stockOf(quiet.sku);
  };

  const oneClaim = (claims: readonly OrderClaim[]): OrderClaim => {
    const [claim] = claims;
    if (claim === undefined) throw new Error('nothing was said of the order');
    expect(claims).toHaveLength(1);
    return claim;
  };

  const progressOf = (claim: OrderClaim, sku: string) =>
    claim.progress?.find(({ items }) => items.some((item) => item.scheme === 'sku' && item.value === sku))?.quantities;

  it('tells every step of an order together with its stock, and nothing twice', async () => {
    const before = await shelved(20);
    let { watermark } = await drain(system.port, 'shipments', null);
    let sequence = 0n;

    await system.staff.order(reference, SITE, [{ sku: before.sku, quantity: ORDERED }]);
    await system.staff.bring(reference, 'entered');
    const entered = await drain(system.port, 'shipments', watermark);
    expect(claimsOf(entered.changes, reference)).toEqual([]);
    watermark = entered.watermark;

    for (const stage of ORDER_STAGES) {
      if (stage === 'entered') continue;
      const { stock, rawState, progress, state } = STEPS[stage];
      await system.staff.bring(reference, stage);
      const polled = await drain(system.port, 'shipments', watermark);
      const claim = oneClaim(claimsOf(polled.changes, reference));
      const expected = {
        onHand: before.onHand + (stock.onHand ?? 0),
        allocated: stock.allocated ?? 0,
        picked: stock.picked ?? 0,
      };

      expect(claim.documentType).toBe('shipment');
      expect(claim.references).toEqual([
        { scheme: 'channel', value: reference },
        { scheme: 'erp', value: expect.any(String) },
      ]);
      expect(claim.rawStatus).toMatch(rawState);
      expect(claim.released).toBe(true);
      expect(progressOf(claim, before.sku)).toEqual(progress);
      expect(claim.shipment?.originCode).toBe(SITE);
      expect(BigInt(claim.sequence)).toBeGreaterThan(sequence);
      sequence = BigInt(claim.sequence);

      expect(await stockOf(before.sku)).toMatchObject(expected);
      expect(readingAt(polled.changes, before.sku, SITE)).toMatchObject({
        onHand: expected.onHand,
        reservedHard: expected.allocated + expected.picked,
        reservations: 'REPORTED',
        basis: 'PHYSICAL',
      });

      const [shipment] = await system.port.shipments([claim.documentId], CALL);
      expect(shipment).toMatchObject({ id: claim.documentId, orderReference: reference, originCode: SITE, state });
      expect(shipment?.lines).toEqual([
        {
          sku: before.sku,
          ordered: ORDERED,
          picked: ['picking', 'packed', 'shipped'].includes(stage) ? ORDERED : 0,
          shipped: stage === 'shipped' ? ORDERED : 0,
          short: 0,
        },
      ]);

      const again = await drain(system.port, 'shipments', polled.watermark);
      expect(claimsOf(again.changes, reference)).toEqual([]);
      watermark = again.watermark;
    }
  });

  it('tells what an assignment did not find, and takes it back when the shipment is called off', async () => {
    const before = await shelved(5);
    await system.staff.order(reference, SITE, [{ sku: before.sku, quantity: 8 }]);
    await system.staff.bring(reference, 'released');
    const released = await drain(system.port, 'shipments', null);
    expect(progressOf(oneClaim(claimsOf(released.changes, reference)), before.sku)).toEqual({ open: 8 });

    await system.staff.bring(reference, 'allocated');
    const short = await drain(system.port, 'shipments', released.watermark);
    const claim = oneClaim(claimsOf(short.changes, reference));
    expect(progressOf(claim, before.sku)).toEqual({ allocated: 5, backordered: 3 });
    expect(readingAt(short.changes, before.sku, SITE)).toMatchObject({ onHand: before.onHand, reservedHard: 5 });

    await system.staff.callOff(reference);
    const calledOff = await drain(system.port, 'shipments', short.watermark);
    const last = oneClaim(claimsOf(calledOff.changes, reference));
    expect(last.documentId).toBe(claim.documentId);
    expect(progressOf(last, before.sku)).toEqual({ cancelled: 8 });
    expect(last).toMatchObject({ released: false, shipment: { state: 'CANCELLED' } });
    expect(readingAt(calledOff.changes, before.sku, SITE)).toMatchObject({ onHand: before.onHand, reservedHard: 0 });

    if (system.staff.replan === undefined) return;
    await system.staff.replan(reference);
    const replanned = claimsOf((await drain(system.port, 'shipments', calledOff.watermark)).changes, reference);
    const old = oneClaim(replanned.filter(({ documentId }) => documentId === claim.documentId));
    const successor = oneClaim(replanned.filter(({ documentId }) => documentId !== claim.documentId));
    expect(progressOf(old, before.sku)).toBeUndefined();
    expect(BigInt(old.sequence)).toBeGreaterThan(BigInt(last.sequence));
    expect(progressOf(successor, before.sku)).toEqual({ open: 8 });
    await system.staff.callOff(reference);
  });

  it('tells every step of a return', async () => {
    const before = await shelved(20);
    await system.staff.order(reference, SITE, [{ sku: before.sku, quantity: ORDERED }]);
    await system.staff.bring(reference, 'shipped');
    const onHand = before.onHand - ORDERED;
    let { watermark } = await drain(system.port, 'returns', null);

    const step = async (to: 'expected' | 'received' | 'putAway') => {
      await system.staff.takeBack(reference, [{ sku: before.sku, quantity: 2 }], to);
      const polled = await drain(system.port, 'returns', watermark);
      watermark = polled.watermark;
      const claim = oneClaim(claimsOf(polled.changes, reference));
      const [receipt] = await system.port.returnReceipts([claim.documentId], CALL);
      return { claim, receipt, stock: await stockOf(before.sku), reading: readingAt(polled.changes, before.sku, SITE) };
    };

    const expected = await step('expected');
    expect(expected.claim).toMatchObject({
      documentType: 'return-receipt',
      references: expect.arrayContaining([{ scheme: 'channel', value: reference }]),
      return: { status: 'AUTHORIZED', rmaNumber: `RMA-${reference}`, refund: 'NOT_DUE' },
    });
    expect(expected.claim.progress).toEqual([]);
    expect(expected.stock).toMatchObject({ onHand, returnsPendingInspection: 0 });
    expect(expected.receipt).toMatchObject({ orderReference: reference, rmaNumber: `RMA-${reference}` });
    expect(expected.receipt?.receivedAt).toBeUndefined();

    const received = await step('received');
    expect(received.claim.return).toMatchObject({ status: 'RECEIVED', refund: 'PENDING' });
    expect(progressOf(received.claim, before.sku)).toEqual({ returned: 2 });
    expect(received.stock).toMatchObject({ onHand: onHand + 2, returnsPendingInspection: 2 });
    expect(received.reading).toMatchObject({ onHand: onHand + 2, returnsPending: 2 });
    expect(received.receipt?.receivedAt).toBeDefined();
    expect(received.receipt?.lines).toEqual([{ sku: before.sku, quantity: 2, disposition: 'PENDING_INSPECTION' }]);

    const putAway = await step('putAway');
    expect(putAway.claim.return).toMatchObject({ status: 'COMPLETED' });
    expect(putAway.stock).toMatchObject({ onHand: onHand + 2, returnsPendingInspection: 0 });
    expect(putAway.reading).toMatchObject({ onHand: onHand + 2, returnsPending: 0 });
    expect(putAway.receipt?.lines).toEqual([{ sku: before.sku, quantity: 2, disposition: 'RESTOCKED' }]);
    expect(BigInt(putAway.claim.sequence)).toBeGreaterThan(BigInt(received.claim.sequence));
  });

  describe('the stock stream', () => {
    it('says everything first and then what moved, and says it again from an older watermark', async () => {
      const before = await shelved(20);
      const everything = await drain(system.port, 'stock', null);
      expect(readingAt(everything.changes, before.sku, SITE)).toMatchObject({ onHand: before.onHand, reservedHard: 0 });

      await system.staff.count(SITE, { sku: before.sku, quantity: 17 });
      const counted = await drain(system.port, 'stock', everything.watermark);
      expect(readingAt(counted.changes, before.sku, SITE)).toMatchObject({ onHand: before.onHand - 3 });

      const repeated = await drain(system.port, 'stock', everything.watermark);
      expect(readingAt(repeated.changes, before.sku, SITE)).toMatchObject({ onHand: before.onHand - 3 });
      const nothing = await drain(system.port, 'stock', counted.watermark);
      expect(readingAt(nothing.changes, before.sku, SITE)).toBeUndefined();
    });
  });
};
