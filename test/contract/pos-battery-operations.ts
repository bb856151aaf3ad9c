/** What a store does with a pickup, and what becomes of it when replies are lost or others are faster. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import type { PickupOutcome, PickupTask, PosPort } from '#subgraphs/pos/port.ts';
import { createTestClock } from '#test/support/clock.ts';
import { withPassingPauses } from '#test/support/passing-pauses.ts';
import { claimOf, factsOf, keyOf, onHandOf, STORE, stockChanges } from './pos-facts.ts';
import type { PickupStep, PosVendorUnderTest } from './pos-vendors.ts';
import { CALL, openPosWorld, type PosWorld } from './pos-world.ts';

const STAFF: CallOptions = { ...CALL, callClass: 'CHECKOUT' };
/** Shorter than the time limit of an attempt. */
const LONGEST_PAUSE_MS = 5_000;
const OVERTAKEN_MS = 6_000;
const ORDERED = 3;
const FOUND = 1;

type Operating = Required<Pick<PosPort, 'markReady' | 'confirmCollected' | 'reportShort'>>;
type Doing = {
  readonly target: 'READY' | 'COLLECTED' | 'SHORT';
  readonly act: (port: Operating, task: PickupTask, key: string) => Promise<PickupOutcome>;
};

const READY: Doing = {
  target: 'READY',
  act: (port, { id }, idempotencyKey) => port.markReady({ taskId: id, idempotencyKey }, STAFF),
};
const COLLECTED: Doing = {
  target: 'COLLECTED',
  act: (port, { id }, idempotencyKey) => port.confirmCollected({ taskId: id, idempotencyKey }, STAFF),
};
const SHORT: Doing = {
  target: 'SHORT',
  act: (port, { id, lines }, idempotencyKey) =>
    port.reportShort({ taskId: id, lineId: lines[0]?.id ?? '', foundQuantity: FOUND, idempotencyKey }, STAFF),
};
const ALL = [READY, COLLECTED, SHORT];

export const operationsBattery = (vendor: PosVendorUnderTest): void => {
  let world: PosWorld;
  beforeEach(async () => {
    world = await openPosWorld(vendor, withPassingPauses(createTestClock(), LONGEST_PAUSE_MS));
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const { storeOperations: operations } = vendor;
  if (operations === null) {
    it('a till that is only read offers none', () => {
      const { confirmCollected, markReady, reportShort } = world.port;
      expect([confirmCollected, markReady, reportShort]).toEqual([undefined, undefined, undefined]);
    });
    return;
  }
  const worldNow = (): PosWorld => world;
  const { plainSku, shelf } = factsOf(vendor, worldNow);

  /** The port, once it is sure that it offers everything. */
  const portOf = (port: PosPort): Operating => {
    const { confirmCollected, markReady, reportShort } = port;
    if (!markReady || !confirmCollected || !reportShort) throw new Error('the till does not offer the operations');
    return { markReady, confirmCollected, reportShort };
  };

  const openTask = async (...steps: readonly PickupStep[]): Promise<PickupTask> => {
    const { control, port } = world;
    const order = { locationCode: STORE, sku: plainSku(), quantity: ORDERED, reference: 'WEB-77' };
    await control.act(vendor.acts.pickupOrder(order));
    for (const step of steps) await control.act(vendor.acts.pickup('WEB-77', step));
    const tasks = await port.storePickupTasks(STORE, null, CALL);
    const task = tasks.find(({ orderReference }) => orderReference === 'WEB-77');
    if (!task) throw new Error('the till does not show the pickup');
    return task;
  };

  const seen = async (id: string): Promise<PickupTask | null> => (await world.port.pickupTasks([id], CALL))[0] ?? null;

  /** Every business key with the number of its writes. */
  const writes = async (): Promise<readonly number[]> =>
    Object.values((await world.control.ledger()).writes).map(({ count }) => count);

  const settled = async <T>(working: Promise<T>): Promise<PromiseSettledResult<T> | undefined> =>
    (await Promise.allSettled([working]))[0];

  const once = (doing: Doing): readonly number[] => operations.writes[doing.target].map(() => 1);

  describe('operations', () => {
    it('a pickup names what is to be handed over', async () => {
      const task = await openTask();
      expect(task.lines).toEqual([{ id: expect.any(String), sku: plainSku(), quantity: ORDERED }]);
    });

    it.each(ALL)('$target: done, told as the till has it now, and written once', async (doing) => {
      const task = await openTask();
      await world.clock.advance(60_000);
      const outcome = await doing.act(portOf(world.port), task, 'key');
      expect(outcome).toMatchObject({ outcome: 'DONE', task: { id: task.id, state: doing.target } });
      expect(outcome.task?.version).not.toBe(task.version);
      expect(outcome.task).toEqual(await seen(task.id));
      expect(await writes()).toEqual(once(doing));
      const { writes: written } = await world.control.ledger();
      for (const [place, key] of operations.writes[doing.target].entries()) {
        expect(Object.keys(written)[place]).toMatch(key);
      }
    });

    it('from request to hand-over, and the goods are gone then', async () => {
      const port = portOf(world.port);
      const task = await openTask('begin');
      const sku = plainSku();
      const before = shelf().get(keyOf(sku, STORE)) ?? 0;
      expect(await READY.act(port, task, 'a')).toMatchObject({ outcome: 'DONE', task: { state: 'READY' } });
      expect(await COLLECTED.act(port, task, 'b')).toMatchObject({ outcome: 'DONE', task: { state: 'COLLECTED' } });
      expect(onHandOf(await world.port.stock([sku], [STORE], CALL), sku, STORE)).toBe(before - ORDERED);
    });

    it.each(ALL)(
      '$target: repeated with its key, and with another, it is answered the same and written no more',
      async (doing) => {
        const port = portOf(world.port);
        const task = await openTask();
        const first = await doing.act(port, task, 'key');
        expect(await doing.act(port, task, 'key')).toEqual(first);
        expect(await writes()).toEqual(once(doing));
        if (doing === SHORT) return; // another key is another report
        expect(await doing.act(port, task, 'other')).toEqual(first);
        expect(await writes()).toEqual(once(doing));
      },
    );

    it.each([
      { doing: READY, step: 'handOver' },
      { doing: READY, step: 'callOff' },
      { doing: READY, step: 'short' },
      { doing: COLLECTED, step: 'callOff' },
      { doing: COLLECTED, step: 'short' },
      { doing: SHORT, step: 'handOver' },
      { doing: SHORT, step: 'callOff' },
    ] as const)('$doing.target is out of reach after $step', async ({ doing, step }) => {
      const task = await openTask(step);
      const outcome = await doing.act(portOf(world.port), task, 'key');
      expect(outcome).toMatchObject({ outcome: 'REFUSED', reason: 'WRONG_STATE', task: { state: task.state } });
      expect(await writes()).toEqual([]);
    });

    it.each(ALL)('$target: a pickup that the till does not know', async (doing) => {
      const task = await openTask();
      const outcome = await doing.act(portOf(world.port), { ...task, id: 'no-such-id' }, 'key');
      expect(outcome).toMatchObject({ outcome: 'REFUSED', reason: 'UNKNOWN_TASK', task: null });
    });

    it('a key that was used for something else', async () => {
      const port = portOf(world.port);
      const task = await openTask();
      await READY.act(port, task, 'key');
      expect(await COLLECTED.act(port, task, 'key')).toMatchObject({ outcome: 'REFUSED', reason: 'KEY_REUSED' });
      expect((await seen(task.id))?.state).toBe('READY');
      const [lineId] = task.lines.map(({ id }) => id);
      const short = { taskId: task.id, lineId: lineId ?? '', idempotencyKey: 'short' };
      await port.reportShort({ ...short, foundQuantity: 1 }, STAFF);
      const other = await port.reportShort({ ...short, foundQuantity: 0 }, STAFF);
      expect(other).toMatchObject({ outcome: 'REFUSED', reason: 'KEY_REUSED' });
      const sku = plainSku();
      expect(onHandOf(await world.port.stock([sku], [STORE], CALL), sku, STORE)).toBe(1);
    });

    /** Does it while the first reply to each write is lost; what was taken must not be sent again. */
    const withoutReplies = async (doing: Doing, task: PickupTask): Promise<void> => {
      for (const { match } of operations.writeCalls) {
        await world.control.addFault({ kind: 'lost-reply', match, count: 1 });
      }
      const outcome = await settled(doing.act(portOf(world.port), task, 'key'));
      expect(outcome).toMatchObject({ value: { outcome: 'DONE', task: { state: doing.target } } });
      const ledger = await world.control.ledger();
      const sent = operations.writeCalls.map(({ operation }) => ledger.operations[operation]?.calls ?? 0);
      expect(sent.filter((calls) => calls > 0)).toEqual(once(doing));
      expect(ledger.faults.byKind['lost-reply']).toBe(once(doing).length);
      expect(await writes()).toEqual(once(doing));
    };

    it.each(ALL)('$target: a reply that is lost changes nothing', async (doing) => {
      await withoutReplies(doing, await openTask());
    });

    it('a count that says what the till says already is made as well, and found when its reply is lost', async () => {
      const sku = plainSku();
      const task = await openTask();
      const before = shelf().get(keyOf(sku, STORE)) ?? 0;
      await world.control.act(vendor.acts.sale({ locationCode: STORE, sku, quantity: before - FOUND }));
      await withoutReplies(SHORT, task);
    });

    it.each(ALL)('$target: while writes get no answer nothing is done, and it says so', async (doing) => {
      const task = await openTask();
      for (const { match } of operations.writeCalls) await world.control.addFault({ kind: 'reset', match });
      const outcome = await settled(doing.act(portOf(world.port), task, 'key'));
      expect(outcome).toMatchObject({ reason: { code: 'UPSTREAM_UNAVAILABLE', details: { sent: false } } });
      expect(await writes()).toEqual([]);
      expect((await seen(task.id))?.state).toBe('REQUESTED');
    });

    it.each(ALL)('$target: a till that is down', async (doing) => {
      const task = await openTask();
      await world.control.addFault({ kind: 'unavailable' });
      const outcome = await settled(doing.act(portOf(world.port), task, 'key'));
      expect(outcome).toMatchObject({ reason: { code: 'UPSTREAM_UNAVAILABLE' } });
      expect(await writes()).toEqual([]);
    });

    /** Does it, and the step while the write is on its way. */
    const overtaken = async (doing: Doing, step: PickupStep): Promise<PickupOutcome> => {
      const { clock, control, port } = world;
      const task = await openTask();
      await control.addFault({ kind: 'slow', match: operations.orderWrite.match, delayMs: OVERTAKEN_MS, count: 1 });
      const working = doing.act(portOf(port), task, 'key');
      await clock.sleeping();
      await control.act(vendor.acts.pickup('WEB-77', step));
      await clock.advance(OVERTAKEN_MS);
      return working;
    };

    it('a pickup that others move meanwhile is looked at again, and brought on', async () => {
      const outcome = await overtaken(READY, 'begin');
      expect(outcome).toMatchObject({ outcome: 'DONE', task: { state: 'READY' } });
      expect(await writes()).toEqual([1]);
    });

    it('a pickup that others end meanwhile is left as they ended it', async () => {
      const outcome = await overtaken(READY, 'callOff');
      expect(outcome).toMatchObject({ outcome: 'REFUSED', reason: 'WRONG_STATE', task: { state: 'CANCELLED' } });
      expect(await writes()).toEqual([]);
    });
  });

  describe('a short pick', () => {
    it('counts the item as found and set aside, and both are told', async () => {
      const sku = plainSku();
      const aside = { locationCode: STORE, sku, quantity: 2, reference: 'WEB-76' };
      await world.control.act(vendor.acts.pickupOrder(aside));
      await world.control.act(vendor.acts.pickup('WEB-76', 'ready'));
      const task = await openTask('begin');
      const pushed = await world.pushedBy(
        () => SHORT.act(portOf(world.port), task, 'key'),
        (changes) => claimOf(changes, 'WEB-77')?.pickup?.state === 'SHORT' && stockChanges(changes).length > 0,
      );
      expect(stockChanges(pushed.changes).at(-1)).toMatchObject({
        locationCode: STORE,
        items: expect.arrayContaining([{ scheme: 'sku', value: sku }]),
        reading: { onHand: FOUND + aside.quantity },
      });
      expect(claimOf(pushed.changes, 'WEB-77')?.progress?.[0]?.quantities).toEqual({ open: ORDERED });
    });

    it("an item that is counted under a store's own name as well is counted in all", async () => {
      const item = world.company.items.find(({ posAliases }) => posAliases.length > 0);
      const code = item?.posAliases[0]?.storeCode ?? '';
      const sku = item?.sku ?? '';
      await world.control.act(
        vendor.acts.pickupOrder({ locationCode: code, sku, quantity: ORDERED, reference: 'WEB-77' }),
      );
      const tasks = await world.port.storePickupTasks(code, null, CALL);
      const task = tasks.find(({ orderReference }) => orderReference === 'WEB-77');
      if (!task) throw new Error('the till does not show the pickup');
      expect(await SHORT.act(portOf(world.port), task, 'key')).toMatchObject({ outcome: 'DONE' });
      expect(onHandOf(await world.port.stock([sku], [code], CALL), sku, code)).toBe(FOUND);
    });

    it('broken off after the count, it goes on when it is repeated', async () => {
      const task = await openTask();
      const { id: fault } = await world.control.addFault({ kind: 'reset', match: operations.orderWrite.match });
      const first = await settled(SHORT.act(portOf(world.port), task, 'key'));
      expect(first).toMatchObject({ status: 'rejected' });
      expect((await seen(task.id))?.state).toBe('REQUESTED');
      await world.control.clearFaults(fault);
      await world.clock.advance(600_000); // the circuit closes
      const again = await settled(SHORT.act(portOf(world.port), task, 'key'));
      expect(again).toMatchObject({ value: { outcome: 'DONE', task: { state: 'SHORT' } } });
      expect(await writes()).toEqual(once(SHORT));
    });

    it.each([
      ['no line', { lineId: 'no-such-line' }, 'UNKNOWN_LINE'],
      ['all were found', { foundQuantity: ORDERED }, 'QUANTITY'],
    ] as const)('%s: refused, and nothing counted', async (_what, wrong, reason) => {
      const task = await openTask();
      const report = { taskId: task.id, lineId: task.lines[0]?.id ?? '', foundQuantity: 0, idempotencyKey: 'key' };
      const outcome = await portOf(world.port).reportShort({ ...report, ...wrong }, STAFF);
      expect(outcome).toMatchObject({ outcome: 'REFUSED', reason });
      expect(await writes()).toEqual([]);
    });
  });
};
