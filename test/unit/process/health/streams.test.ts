import { describe, expect, test } from '@jest/globals';
import { silentLog } from '#runtime/log.ts';
import { type ConnectionHealth, healthOf } from '#subgraphs/process/health/health.ts';
import { createHealthStreams } from '#subgraphs/process/health/streams.ts';
import { createTestClock } from '#test/support/clock.ts';
import { NOW_MS, stored, upstreamReport } from './reports.ts';

type Circuits = Readonly<Record<string, 'CLOSED' | 'OPEN'>>;

const healthsOf = (circuits: Circuits, waiting: number): readonly ConnectionHealth[] =>
  Object.entries(circuits).map(([connection, circuit]) =>
    healthOf(
      {
        connection,
        reports: [stored(upstreamReport(connection, { circuit, waiting }))],
        feeds: [],
        queueDepth: 0,
        expectedSinceMs: NOW_MS,
      },
      NOW_MS,
    ),
  );

const open = (circuits: Circuits) => {
  const clock = createTestClock();
  const state = { circuits, waiting: 0, reads: 0, broken: false };
  const warnings: unknown[] = [];
  const log = { ...silentLog, child: () => log, warn: (details: unknown) => void warnings.push(details) };
  const board = {
    read: async () => {
      state.reads += 1;
      if (state.broken) throw new Error('the database is away');
      return healthsOf(state.circuits, state.waiting);
    },
  };
  const streams = createHealthStreams({ board, clock, log });
  const listen = (signal: AbortSignal = new AbortController().signal) => {
    const items = streams.follow(signal);
    const next = async (): Promise<readonly unknown[]> => {
      const { value } = await items.next();
      return value ? [value.system, value.circuit, value.budget.waiting] : ['ended'];
    };
    return {
      next,
      first: async (count: number) => {
        const told: (readonly unknown[])[] = [];
        while (told.length < count) told.push(await next());
        return told;
      },
      leave: () => items.return?.(),
    };
  };
  return { clock, state, warnings, listen };
};

describe('systemHealthChanged', () => {
  test('tells every connection first, in order, and then those of which there is news at the next look', async () => {
    const { clock, state, listen } = open({ erp: 'CLOSED', pos: 'OPEN', wms: 'CLOSED' });
    const listener = listen();
    expect(await listener.first(3)).toEqual([
      ['erp', 'CLOSED', 0],
      ['pos', 'OPEN', 0],
      ['wms', 'CLOSED', 0],
    ]);
    const change = listener.next();
    state.waiting = 4;
    await clock.advance(10_000);
    state.circuits = { erp: 'CLOSED', pos: 'OPEN', wms: 'OPEN' };
    await clock.advance(1_000);
    expect(await change).toEqual(['wms', 'OPEN', 4]);
    await listener.leave();
  });

  test('tells a slow reader what is, not what was', async () => {
    const { clock, state, listen } = open({ erp: 'CLOSED', pos: 'CLOSED' });
    const listener = listen();
    await listener.first(2);
    state.circuits = { erp: 'OPEN', pos: 'OPEN' };
    await clock.advance(1_000);
    state.circuits = { erp: 'CLOSED', pos: 'OPEN' };
    state.waiting = 7;
    await clock.advance(1_000);
    expect(await listener.next()).toEqual(['pos', 'OPEN', 7]);
    const quiet = listener.next();
    await clock.advance(60_000);
    await listener.leave();
    expect(await quiet).toEqual(['ended']);
  });

  test('a connection that never rests does not keep the others from being told', async () => {
    const { clock, state, listen } = open({ erp: 'CLOSED', pos: 'CLOSED' });
    const listener = listen();
    expect(await listener.next()).toEqual(['erp', 'CLOSED', 0]);
    await clock.advance(1_000);
    state.circuits = { erp: 'OPEN', pos: 'CLOSED' };
    await clock.advance(1_000);
    expect(await listener.next()).toEqual(['pos', 'CLOSED', 0]);
    expect(await listener.next()).toEqual(['erp', 'OPEN', 0]);
    await listener.leave();
  });

  test('one look a second serves all who listen, and nobody looks when they have left', async () => {
    const { clock, state, listen } = open({ erp: 'CLOSED' });
    await clock.advance(10_000);
    expect(state.reads).toBe(0);
    const stop = new AbortController();
    const listeners = [listen(), listen(), listen(stop.signal)];
    for (const listener of listeners) await listener.first(1);
    const waiting = listeners.map((listener) => listener.next());
    await clock.advance(1_000);
    const before = state.reads;
    await clock.advance(5_000);
    expect(state.reads - before).toBe(5);
    await listeners[0]?.leave();
    await listeners[1]?.leave();
    stop.abort();
    expect(await Promise.all(waiting)).toEqual([['ended'], ['ended'], ['ended']]);
    const after = state.reads;
    await clock.advance(10_000);
    expect(state.reads).toBe(after);
  });

  test('goes on when what it looks at comes back, having warned once', async () => {
    const { clock, state, warnings, listen } = open({ erp: 'CLOSED' });
    const listener = listen();
    await listener.first(1);
    const change = listener.next();
    await clock.advance(1_000);
    state.broken = true;
    state.circuits = { erp: 'OPEN' };
    await clock.advance(5_000);
    expect(warnings).toHaveLength(1);
    state.broken = false;
    await clock.advance(1_000);
    expect(await change).toEqual(['erp', 'OPEN', 0]);
    await listener.leave();
  });

  test('whoever begins to listen while nothing can be read is told so', async () => {
    const { state, listen } = open({ erp: 'CLOSED' });
    state.broken = true;
    await expect(listen().next()).rejects.toThrow('the database is away');
  });
});
