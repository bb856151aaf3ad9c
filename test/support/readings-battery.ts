/** How every system subgraph answers documents by their ids, over a port of the test's own that counts what it is asked. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DocumentNode } from 'graphql';
import type { CallOptions } from '#model/call.ts';
import type { LifetimeMs } from '#model/lifetimes.ts';
import { Failure } from '#runtime/failure.ts';
import { type Ids, systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import type { Shelf } from '#runtime/reading/reading.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import { type AskedSchema, type AskOptions, askedSchema } from './asked-schema.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { withShortWaits } from './short-waits.ts';

/** What the port under the subgraph does with the ids it is given: null where it does not know one. */
export type Lookup = (ids: readonly string[], call: CallOptions) => Promise<readonly (string | null)[]>;

export type Subject = {
  readonly name: string;
  readonly lifetime: LifetimeMs;
  /** Most ids of one call to the port. */
  readonly maxKeys: number;
  tagOf(id: string): string;
  /** The subgraph over one connection, "under-test", whose documents carry what the look-up says as their status. */
  open(lookup: Lookup, shelf: Shelf, clock: TestClock): { readonly typeDefs: DocumentNode; readonly resolvers: object };
  /** A field that answers one document with { status, stamp { fetchedAt cache } }. */
  field(id: string): string;
};

const hurriedIds: Ids = { ...systemIds, random: () => 0 };

type Shown = { readonly status: string; readonly stamp: { readonly fetchedAt: string; readonly cache: string } };

export const readingsBattery = (subject: Subject): void => {
  const { lifetime, maxKeys } = subject;
  let clock: TestClock;
  let shelf: Shelf;
  let schema: AskedSchema;
  /** The ids of every call to the port. */
  let calls: (readonly string[])[];
  let behaviour: Lookup;
  let version: number;

  const saysVersion: Lookup = async (ids) =>
    ids.map((id) => (id.startsWith('NO-SUCH') ? null : `${id} version ${version}`));
  const isDown: Lookup = async () => {
    throw new Failure('UPSTREAM_UNAVAILABLE', 'under-test: down.', { system: 'under-test' });
  };
  const hangs: Lookup = (_ids, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

  beforeEach(() => {
    clock = withShortWaits(createTestClock());
    calls = [];
    behaviour = saysVersion;
    version = 1;
    shelf = createShelf({ connection: 'under-test' }, { clock, ids: hurriedIds, log: silentLog });
    const lookup: Lookup = (ids, call) => {
      calls.push(ids);
      return behaviour(ids, call);
    };
    schema = askedSchema(subject.open(lookup, shelf, clock));
  });
  afterEach(() => {
    behaviour = saysVersion;
  });

  const ask = async (ids: readonly string[], options: AskOptions = {}) => {
    const fields = ids.map((id, place) => `d${place}: ${subject.field(id)}`);
    const { data, errors } = await schema(`{ ${fields.join(' ')} }`, options);
    return {
      documents: ids.map((_id, place) => (data?.[`d${place}`] ?? null) as Shown | null),
      errors: errors ?? [],
    };
  };
  const shown = async (id: string, options: AskOptions = {}) => {
    const { documents, errors } = await ask([id], options);
    expect(errors).toEqual([]);
    const document = documents[0];
    return document && [document.status, document.stamp.cache, Date.parse(document.stamp.fetchedAt)];
  };

  describe(`${subject.name} by id`, () => {
    it('requests of the same moment share their look-ups, each id once and as many to a call as the port takes', async () => {
      const requests = Array.from({ length: 40 }, (_, request) =>
        Array.from({ length: 10 }, (_unused, place) => `D-${(request * 7 + place) % 250}`),
      );
      const distinct = new Set(requests.flat());
      const answers = await Promise.all(requests.map((ids) => ask(ids)));
      for (const [request, { documents }] of answers.entries())
        expect(documents.map((document) => document?.status)).toEqual(
          requests[request]?.map((id) => `${id} version 1`),
        );
      expect(calls).toHaveLength(Math.ceil(distinct.size / maxKeys));
      expect(calls.flat().toSorted()).toEqual([...distinct].sort());
    });

    it('the stamp tells a reading from a memory, and a memory from one that could not be renewed', async () => {
      const startMs = clock.now();
      expect(await shown('D-1')).toEqual(['D-1 version 1', 'MISS', startMs]);
      version = 2;
      await clock.advance(lifetime.freshMs - 1);
      expect(await shown('D-1')).toEqual(['D-1 version 1', 'HIT', startMs]);
      behaviour = isDown;
      await clock.advance(1);
      const freshness = { purpose: 'CHECKOUT' } as const;
      expect(await shown('D-1', { freshness })).toEqual(['D-1 version 1', 'STALE_ON_ERROR', startMs]);
      await clock.advance(lifetime.boundMs);
      const { documents, errors } = await ask(['D-1']);
      expect(documents).toEqual([null]);
      expect(errors.map(({ message }) => message)).toEqual(['under-test: down.']);
      behaviour = saysVersion;
      expect(await shown('D-1')).toEqual(['D-1 version 2', 'MISS', clock.now()]);
    });

    it('whoever looks at details is not kept waiting for a newer one: it is there the next time', async () => {
      const startMs = clock.now();
      await shown('D-1');
      version = 2;
      await clock.advance(lifetime.freshMs);
      expect(await shown('D-1')).toEqual(['D-1 version 1', 'STALE_WHILE_REVALIDATE', startMs]);
      await clock.advance(1);
      expect(await shown('D-1')).toEqual(['D-1 version 2', 'HIT', clock.now() - 1]);
      expect(calls).toHaveLength(2);
    });

    it('a checkout waits for the newer one', async () => {
      await shown('D-1');
      version = 2;
      await clock.advance(lifetime.freshMs);
      expect(await shown('D-1', { freshness: { purpose: 'CHECKOUT' } })).toEqual([
        'D-1 version 2',
        'MISS',
        clock.now(),
      ]);
    });

    it('no age at all is read anew, and an age is taken at its word', async () => {
      await shown('D-1');
      version = 2;
      await clock.advance(1_000);
      const asked = (maxAgeMs: number) => shown('D-1', { freshness: { purpose: 'DETAIL', maxAgeMs } });
      expect((await asked(1_001))?.slice(0, 2)).toEqual(['D-1 version 1', 'HIT']);
      expect((await asked(0))?.slice(0, 2)).toEqual(['D-1 version 2', 'MISS']);
    });

    it('what has changed is read anew, and nothing else', async () => {
      await ask(['D-1', 'D-2']);
      version = 2;
      shelf.drop([subject.tagOf('D-1')]);
      expect((await shown('D-1'))?.slice(0, 2)).toEqual(['D-1 version 2', 'MISS']);
      expect((await shown('D-2'))?.slice(0, 2)).toEqual(['D-2 version 1', 'HIT']);
      expect(calls).toEqual([['D-1', 'D-2'], ['D-1']]);
    });

    it('what the system does not know is believed for a moment, and never longer', async () => {
      expect(await shown('NO-SUCH-1')).toBeNull();
      await clock.advance(lifetime.absentMs - 1);
      expect(await shown('NO-SUCH-1')).toBeNull();
      expect(calls).toHaveLength(1);
      await clock.advance(2);
      behaviour = async (ids) => ids.map((id) => `${id} exists now`);
      expect((await shown('NO-SUCH-1'))?.slice(0, 2)).toEqual(['NO-SUCH-1 exists now', 'MISS']);
    });

    it('an id that spoils every call it is part of fails alone', async () => {
      behaviour = async (ids, call) => {
        if (ids.includes('POISON')) throw new Failure('UPSTREAM_REFUSED', 'under-test: "POISON" is malformed.');
        return saysVersion(ids, call);
      };
      const { documents, errors } = await ask(['D-1', 'D-2', 'POISON', 'D-3', 'D-4']);
      expect(documents.map((document) => document?.status ?? null)).toEqual([
        'D-1 version 1',
        'D-2 version 1',
        null,
        'D-3 version 1',
        'D-4 version 1',
      ]);
      expect(errors).toMatchObject([{ path: ['d2'], message: 'under-test: "POISON" is malformed.' }]);
    });

    it('a system that hangs costs its own fields, and only until the time is up', async () => {
      await shown('D-1');
      behaviour = hangs;
      await clock.advance(lifetime.freshMs);
      const options = { deadlineMs: clock.now() + 800, freshness: { purpose: 'CHECKOUT' } } as const;
      const answer = ask(['D-1', 'D-2'], options);
      await clock.sleeping();
      await clock.advance(800);
      const { documents, errors } = await answer;
      expect(documents.map((document) => document?.stamp.cache ?? null)).toEqual(['STALE_WHILE_REVALIDATE', null]);
      expect(errors).toMatchObject([{ path: ['d1'], message: expect.stringContaining('under-test: no answer') }]);
    });
  });
};
