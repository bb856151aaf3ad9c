import { describe, expect, test } from '@jest/globals';
import { isFailure } from '#runtime/failure.ts';
import {
  type AvailabilityRequest,
  type AvailabilityStreamItem,
  type AvailabilityStreams,
  createAvailabilityStreams,
} from '#subgraphs/process/availability/streams.ts';
import { loadBasics, openProcess, stock, type TestProcess } from '#test/integration/process/intake/process.ts';
import { testDatabases } from '#test/support/databases.ts';

const at = (minute: number): string => `2026-03-02T08:${String(minute).padStart(2, '0')}:00.000Z`;
const REQUEST: AvailabilityRequest = { skus: ['P1000-S', 'P1000-M'], only: 'STATUS', after: null };

type Reader = {
  next(): Promise<AvailabilityStreamItem>;
  items(count: number): Promise<readonly AvailabilityStreamItem[]>;
  end(): Promise<void>;
};

const read = (streams: AvailabilityStreams, request: Partial<AvailabilityRequest> = {}): Reader => {
  const iterator = streams.follow({ ...REQUEST, ...request }, AbortSignal.timeout(30_000));
  const next = async (): Promise<AvailabilityStreamItem> => {
    const { done, value } = await iterator.next();
    if (done || !value) throw new Error('the stream ended');
    return value;
  };
  return {
    next,
    items: async (count) => {
      const items: AvailabilityStreamItem[] = [];
      while (items.length < count) items.push(await next());
      return items;
    },
    end: async () => {
      await iterator.return?.();
    },
  };
};

const told = (item: AvailabilityStreamItem | undefined): readonly unknown[] =>
  item?.__typename === 'AvailabilityChanged'
    ? [item.availability.item.sku, item.previousStatus, item.availability.status, item.availability.sellable]
    : [item?.__typename];
const cursorOf = (item: AvailabilityStreamItem | undefined): string => (item && 'cursor' in item ? item.cursor : '');

const withStreams = (process: TestProcess): AvailabilityStreams =>
  createAvailabilityStreams(
    { heartbeatMs: 20_000 },
    { projection: process.projection, service: process.service, journal: process.journal, clock: process.clock },
  );

const setStock = async (process: TestProcess, sku: string, onHand: number, minute: number): Promise<void> => {
  await process.poll('wms', [stock(sku, 'WH-NORD', onHand, { asOf: at(minute) })]);
  await process.caughtUp();
};

describe.each(testDatabases)('availabilityChanged on $name', (kind) => {
  test('the state first, then each change of the word, once', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const reader = read(streams);
    expect((await reader.items(2)).map(told)).toEqual([
      ['P1000-S', 'IN_STOCK', 'IN_STOCK', 43],
      ['P1000-M', 'LOW_STOCK', 'LOW_STOCK', 2],
    ]);
    await setStock(process, 'P1000-S', 39, 1);
    await setStock(process, 'P1000-M', 0, 2);
    expect(told(await reader.next())).toEqual(['P1000-M', 'LOW_STOCK', 'OUT_OF_STOCK', 0]);
    await setStock(process, 'P1000-M', 9, 3);
    expect(told(await reader.next())).toEqual(['P1000-M', 'OUT_OF_STOCK', 'IN_STOCK', 9]);
    expect(streams.open).toBe(1);
    await reader.end();
    expect(streams.open).toBe(0);
  });

  test('QUANTITY follows what the channel shows: a hidden change is not told', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const reader = read(streams, { only: 'QUANTITY', skus: ['P1000-S'] });
    await reader.next();
    await setStock(process, 'P1000-S', 39, 1);
    await setStock(process, 'P1000-S', 4, 2);
    expect(told(await reader.next())).toEqual(['P1000-S', 'IN_STOCK', 'IN_STOCK', 7]);
    await reader.end();
  });

  test('changes faster than the reader become one item with the latest state', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const reader = read(streams, { only: 'QUANTITY', skus: ['P1000-M'] });
    await reader.next();
    for (const [index, onHand] of [1, 0, 5, 3].entries()) await setStock(process, 'P1000-M', onHand, index + 1);
    expect(told(await reader.next())).toEqual(['P1000-M', 'LOW_STOCK', 'LOW_STOCK', 3]);
    await reader.end();
  });

  test('resuming at any cursor brings exactly what was missed, and nothing that was not', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const first = read(streams);
    const [partial, whole] = await first.items(2);
    await first.end();
    // The first item was not the whole state: resuming there brings the rest, and only that.
    const again = read(streams, { after: cursorOf(partial) });
    const rest = await again.next();
    expect(told(rest)).toEqual(['P1000-M', 'LOW_STOCK', 'LOW_STOCK', 2]);
    // Who holds the same has the same cursor.
    expect(cursorOf(rest)).toBe(cursorOf(whole));
    await again.end();
    await setStock(process, 'P1000-M', 0, 1);
    await setStock(process, 'P1000-S', 38, 2);

    const resumed = read(streams, { after: cursorOf(whole) });
    expect(told(await resumed.next())).toEqual(['P1000-M', 'LOW_STOCK', 'OUT_OF_STOCK', 0]);
    await setStock(process, 'P1000-S', 0, 3);
    await process.poll('pos', [stock('P1000-S', 'ST-BERLIN', 0, { reservations: 'NOT_KEPT', asOf: at(4) })]);
    await process.caughtUp();
    // Two commits, one or two items: coalesced or not, the last word is the same.
    let last = await resumed.next();
    while (told(last)[2] !== 'OUT_OF_STOCK') last = await resumed.next();
    expect(told(last)[0]).toBe('P1000-S');
    await resumed.end();

    const nothing = read(streams, { after: cursorOf(last) });
    const pending = nothing.next();
    await process.clock.advance(20_000);
    expect((await pending).__typename).toBe('Heartbeat');
    await nothing.end();
  });

  test('what changed by time alone while nobody listened is told on resuming, and what changed back is not', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const first = read(streams, { skus: ['P1000-S'] });
    const before = cursorOf(await first.next());
    await first.end();
    await process.clock.advance(16 * 60_000);
    const silent = read(streams, { skus: ['P1000-S'], after: before });
    const item = await silent.next();
    expect(told(item)).toEqual(['P1000-S', 'IN_STOCK', 'UNKNOWN', null]);
    await silent.end();
    await process.poll('wms', []);
    await process.poll('pos', []);
    await process.caughtUp();
    const heard = read(streams, { skus: ['P1000-S'], after: cursorOf(item) });
    expect(told(await heard.next())).toEqual(['P1000-S', 'UNKNOWN', 'IN_STOCK', 43]);
    await heard.end();
    const sameAsBefore = read(streams, { skus: ['P1000-S'], after: before });
    const pending = sameAsBefore.next();
    await process.clock.advance(20_000);
    expect((await pending).__typename).toBe('Heartbeat');
    await sameAsBefore.end();
  });

  test('a cursor of another question is no state of this one: all is told', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const first = read(streams, { skus: ['P1000-S'] });
    const after = cursorOf(await first.next());
    await first.end();
    const wider = read(streams, { after });
    expect((await wider.items(2)).map((item) => told(item)[0])).toEqual(['P1000-S', 'P1000-M']);
    await wider.end();
  });

  test('the union of items over any number of reconnects ends in the true state', async () => {
    await using process = await openProcess(kind, { policy: { channels: { web: { display: { mode: 'EXACT' } } } } });
    await loadBasics(process);
    using streams = withStreams(process);
    const state = new Map<string, number | null>();
    let after: string | null = null;
    for (let round = 0; round < 8; round++) {
      const reader: Reader = read(streams, { only: 'QUANTITY', after });
      const changes = round === 0 ? 2 : 1;
      if (round > 0) await setStock(process, round % 2 ? 'P1000-S' : 'P1000-M', 20 + round, round);
      for (const item of await reader.items(changes)) {
        after = cursorOf(item);
        if (item.__typename === 'AvailabilityChanged')
          state.set(item.availability.item.sku, item.availability.sellable);
      }
      await reader.end();
    }
    const truth = process.service
      .availability(['P1000-S', 'P1000-M'])
      .map(({ item, sellable }) => [item.sku, sellable]);
    expect([...state]).toEqual(truth);
  });

  test('a cursor from before what the journal holds is Lagged, and the differences follow all the same', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const first = read(streams);
    const [, whole] = await first.items(2);
    await first.end();
    await setStock(process, 'P1000-M', 7, 1);
    await setStock(process, 'P1000-M', 8, 2);
    const { position } = await process.journal.head('availability');
    await process.database.query('delete from journal.entry where channel = $1 and position < $2', [
      'availability',
      position,
    ]);
    const reader = read(streams, { after: cursorOf(whole) });
    const lagged = await reader.next();
    expect(lagged).toMatchObject({ __typename: 'Lagged', from: cursorOf(whole), missed: 1 });
    expect(told(await reader.next())).toEqual(['P1000-M', 'LOW_STOCK', 'IN_STOCK', 8]);
    await reader.end();
  });

  test('a cursor of another stream, of another epoch, or made up', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const failureOf = async (after: string) => {
      try {
        await read(streams, { after }).next();
        return null;
      } catch (error) {
        return isFailure(error) ? error.code : error;
      }
    };
    const { epoch } = await process.journal.head('availability');
    expect(await failureOf(process.journal.encodeCursor({ channel: 'orders', epoch, position: 1 }))).toBe(
      'CURSOR_INVALID',
    );
    expect(await failureOf('AAAA.BBBB')).toBe('CURSOR_INVALID');
    const restored = read(streams, {
      after: process.journal.encodeCursor({ channel: 'availability', epoch: 'before', position: 1 }),
    });
    expect(await restored.next()).toMatchObject({ __typename: 'Lagged', missed: null });
    await restored.end();
    const beyond = read(streams, {
      after: process.journal.encodeCursor({ channel: 'availability', epoch, position: 10_000 }),
    });
    expect(await beyond.next()).toMatchObject({ __typename: 'Lagged', missed: null });
    await beyond.end();
  });

  test('a request for certain locations hears what its channel as a whole does not', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const reader = read(streams, { skus: ['P1000-S'], context: { locationIds: ['loc_ST-BERLIN'] } });
    expect(told(await reader.next())).toEqual(['P1000-S', 'LOW_STOCK', 'LOW_STOCK', 3]);
    await process.poll('pos', [stock('P1000-S', 'ST-BERLIN', 0, { reservations: 'NOT_KEPT', asOf: at(1) })]);
    await process.caughtUp();
    expect(told(await reader.next())).toEqual(['P1000-S', 'LOW_STOCK', 'OUT_OF_STOCK', 0]);
    await reader.end();
  });

  test('a system that falls silent is told at the next beat, without any event', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    const reader = read(streams, { skus: ['P1000-S'] });
    await reader.next();
    const change = reader.next();
    await process.clock.advance(16 * 60_000);
    let item = await change;
    while (item.__typename === 'Heartbeat') item = await reader.next();
    expect(told(item)).toEqual(['P1000-S', 'IN_STOCK', 'UNKNOWN', null]);
    await reader.end();
  });

  test('an unknown SKU or too many are refused at the start', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    using streams = withStreams(process);
    await expect(read(streams, { skus: ['P1000-S', 'NOPE'] }).next()).rejects.toMatchObject({
      code: 'NOT_MAPPED',
      message: expect.stringContaining('NOPE'),
    });
    await expect(
      read(streams, { skus: Array.from({ length: 251 }, (_, index) => `S${index}`) }).next(),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(read(streams, { skus: [] }).next()).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(streams.open).toBe(0);
  });
});
