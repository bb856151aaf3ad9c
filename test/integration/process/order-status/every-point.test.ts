/** Streams are cut at every point and resumed on either replica: what was received is what happened, once and in order. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { ORDERS, openStreamWorld, type Question, type StreamWorld } from './stream-world.ts';

const feed = (filter: Partial<Extract<Question, { readonly kind: 'feed' }>['filter']>): Question => ({
  kind: 'feed',
  filter: { channels: ['shop'], ...filter },
});

const QUESTIONS: readonly (readonly [string, Question])[] = [
  ['one order', { kind: 'order', name: '1' }],
  ['one order of another channel', { kind: 'order', name: 'W-1' }],
  ['a channel', feed({})],
  ['two channels', feed({ channels: ['shop', 'web'] })],
  ['a channel, some events only', feed({ types: ['ALLOCATED', 'PLACED', 'PACKED'] })],
  ['a channel, some words only', feed({ statuses: ['PREPARING'] })],
  ['two channels, one place only', feed({ channels: ['web', 'shop'], locationIds: ['loc_S7'] })],
  ['a channel from its snapshot on', feed({ snapshot: true })],
  ['two channels from their snapshot on', feed({ channels: ['shop', 'web'], snapshot: true })],
];

describe.each(testDatabases)('streams on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  describe('cut at every point', () => {
    let world: StreamWorld;
    /** Some of it is history when the readers begin, the rest comes while they follow. */
    const BEFORE = ['1', '2', 'W-1', '2', '1', '3', 'W-1'] as const;
    const MEANWHILE = ['1', '3', 'W-1', '2', 'W-2', '1', '1', 'W-2', '3', 'W-1', '2', '1', '3', '1', 'W-1'] as const;
    const readers = new Map<string, Awaited<ReturnType<StreamWorld['open']>>>();

    beforeAll(async () => {
      world = await openStreamWorld(opened.database);
      for (const name of BEFORE) await world.advance(name);
      for (const [name, question] of QUESTIONS) readers.set(name, await world.open(question));
      // Its beginning is taken before anything else happens.
      for (const reader of readers.values()) await reader.take(1);
      for (const [index, name] of MEANWHILE.entries()) await world.advance(name, index);
      for (const reader of readers.values()) await reader.drain();
    }, 120_000);
    afterAll(async () => {
      await world[Symbol.asyncDispose]();
    });

    test.each(QUESTIONS)(
      '%s: the union of what was received is what happened (R3, R5, R6, R7, R14)',
      async (name, question) => {
        const whole = readers.get(name);
        if (!whole) throw new Error('no such reader');
        expect(whole.complaints()).toEqual([]);
        expect(whole.items.filter(({ __typename }) => __typename === 'OrderStatusChanged').length).toBeGreaterThan(1);
        const length = whole.items.length;
        for (let count = 1; count <= length; count++) {
          for (const unacknowledged of [0, 1]) {
            const reader = whole.fork(count);
            await reader.cut({ unacknowledged, replica: count + unacknowledged });
            await reader.drain();
            expect({ name, question, count, unacknowledged, complaints: reader.complaints() }).toMatchObject({
              complaints: [],
            });
            reader.close();
          }
        }
      },
    );
  });

  test('whatever is appended, cut, read slowly and pruned when: once and in order, or in a named gap (R6, R7, R10, R11)', async () => {
    const move = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('advance' as const),
          name: fc.constantFrom(...ORDERS),
          replica: fc.nat(1),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('read' as const),
          reader: fc.nat(),
          count: fc.integer({ min: 1, max: 4 }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('cut' as const),
          reader: fc.nat(),
          replica: fc.nat(1),
          unacknowledged: fc.nat(2),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('prune' as const),
          channel: fc.constantFrom('orders:shop', 'orders:web'),
          share: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
      },
    );
    const begun = fc.record({
      before: fc.array(fc.constantFrom(...ORDERS), { maxLength: 8 }),
      questions: fc.uniqueArray(fc.constantFrom(...QUESTIONS.map(([name]) => name)), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(begun, fc.array(move, { minLength: 5, maxLength: 40 }), async ({ before, questions }, moves) => {
        await using world = await openStreamWorld(opened.database);
        for (const name of ['1', 'W-1', ...before] as const) await world.advance(name);
        const readers = [];
        for (const [name, question] of QUESTIONS)
          if (questions.includes(name)) readers.push(await world.open(question));
        for (const reader of readers) await reader.take(1);
        for (const each of moves) {
          const reader = 'reader' in each ? readers[each.reader % readers.length] : undefined;
          if (each.kind === 'advance') await world.advance(each.name, each.replica);
          if (each.kind === 'read') await reader?.take(each.count);
          if (each.kind === 'cut') await reader?.cut({ unacknowledged: each.unacknowledged, replica: each.replica });
          if (each.kind === 'prune') {
            const { position } = await world.replicas[0].journal.head(each.channel);
            await world.prune(each.channel, Math.floor(position * each.share));
          }
        }
        for (const reader of readers) await reader.drain();
        expect(readers.map((reader) => reader.complaints())).toEqual(readers.map(() => []));
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 240_000);
});
