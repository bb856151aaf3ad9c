/** Orders of two channels that move step by step, two replicas over one database, and readers that are cut and resume. */
import type { StoredClaim } from '#model/order/claims.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import type { JournalEntry } from '#runtime/journal/journal.ts';
import type { Database } from '#runtime/storage/database.ts';
import type { OrderEventPayload } from '#subgraphs/process/order-status/advance.ts';
import type { OrderStreamItem } from '#subgraphs/process/order-status/parents.ts';
import { readFeedCursor } from '#subgraphs/process/order-status/positions.ts';
import { readOrder } from '#subgraphs/process/order-status/queries.ts';
import { changedItem } from '#subgraphs/process/order-status/stream-items.ts';
import type { ChannelFilter, OrderStream } from '#subgraphs/process/order-status/streams.ts';
import { complaintsOf, type Happened, type Told } from '#test/support/stream-account.ts';
import { channelOrder, erpOrder, line, progress, shipment } from '#test/unit/model/order/fixtures.ts';
import { backUpDatabase, emptyDatabase, nameItems, openReplica, type Replica, sent } from './setup.ts';

const BUCKETS = ['allocated', 'picking', 'packed', 'shipped', 'delivered'] as const;

type Scheme = 'channel' | 'erp';
const parcels = (number: string, scheme: Scheme): readonly StoredClaim[] =>
  BUCKETS.map((bucket, index) =>
    shipment(`S-${number}`, {
      minutes: 10 * (index + 1),
      references: [{ scheme, value: number }],
      progress: [progress('TEE-1', { [bucket]: 1 })],
    }),
  );
const ofShop = (number: string): readonly StoredClaim[] => {
  const told = { documentId: `M-${number}`, references: [{ scheme: 'channel' as const, value: number }] };
  const lines = [line('TEE-1', 1)];
  return [
    channelOrder({ ...told, lines }),
    channelOrder({ ...told, lines, minutes: 5, confirmed: true }),
    ...parcels(number, 'channel'),
  ];
};
const ofWeb = (number: string): readonly StoredClaim[] => {
  const told = { documentId: number, channel: 'web', references: [{ scheme: 'erp' as const, value: number }] };
  const lines = [line('TEE-1', 1, { locationCode: 'S7' })];
  return [
    erpOrder({ ...told, lines }),
    erpOrder({ ...told, lines, minutes: 5, confirmed: true }),
    ...parcels(number, 'erp'),
  ];
};

/** Each moves through seven events. */
export const ORDERS = ['1', '2', '3', 'W-1', 'W-2'] as const;
export type OrderName = (typeof ORDERS)[number];
const LIVES: Readonly<Record<OrderName, readonly StoredClaim[]>> = {
  1: ofShop('1'),
  2: ofShop('2'),
  3: ofShop('3'),
  'W-1': ofWeb('W-1'),
  'W-2': ofWeb('W-2'),
};
const schemeOf = (name: OrderName): Scheme => (name.startsWith('W') ? 'erp' : 'channel');

export type Question =
  | { readonly kind: 'order'; readonly name: OrderName }
  | { readonly kind: 'feed'; readonly filter: ChannelFilter };

export type StreamWorld = AsyncDisposable & {
  readonly replicas: readonly [Replica, Replica];
  /** Lets the next thing happen to an order, told to one of the replicas. */
  advance(name: OrderName, replica?: number): Promise<void>;
  /** Everything that ever happened, pruned or not. */
  readonly history: readonly JournalEntry[];
  prune(channel: string, upTo: number): Promise<void>;
  /** Takes a backup of everything; what it gives restores it while all goes on. */
  backUp(): Promise<() => Promise<void>>;
  idOf(name: OrderName): string;
  open(question: Question, replica?: number): Promise<Reader>;
};

export type Reader = {
  /** Takes up to so many items. A heartbeat is one: time passes while nothing comes. */
  take(count: number): Promise<void>;
  /** Takes until an item of this kind. */
  until(kind: OrderStreamItem['__typename']): Promise<void>;
  /** Takes everything there is: until a heartbeat stands where the channels end. */
  drain(): Promise<void>;
  /** Cuts the stream and resumes, by default behind the last item; with `unacknowledged`, as if the last ones had not been stored. */
  cut(options?: { readonly unacknowledged?: number; readonly replica?: number }): Promise<void>;
  /** Everything wrong with what it was told up to now. */
  complaints(): readonly string[];
  /** What it holds: all it was told but what it lost unacknowledged. */
  readonly items: readonly OrderStreamItem[];
  /** Another one that was told the first so many items and is about to resume: cut it. */
  fork(count: number): Reader;
  close(): void;
};

const streamsOf = (question: Question): readonly string[] =>
  question.kind === 'order'
    ? [question.name.startsWith('W') ? 'orders:web' : 'orders:shop']
    : question.filter.channels.map((channel) => `orders:${channel}`);

const isWanted = (question: Question, id: (name: OrderName) => string, entry: JournalEntry): boolean => {
  if (!streamsOf(question).includes(entry.channel)) return false;
  if (question.kind === 'order') return entry.subject === id(question.name);
  const { type, status, locations } = entry.payload as OrderEventPayload;
  const { types, statuses, locationIds } = question.filter;
  return (
    (types?.includes(type) ?? true) &&
    (statuses?.includes(status) ?? true) &&
    (locationIds?.some((place) => locations.some((code) => place === `loc_${code}`)) ?? true)
  );
};

const HEARTBEAT_MS = 2_000;

export const openStreamWorld = async (database: Database): Promise<StreamWorld> => {
  await emptyDatabase(database);
  const replicas = [
    await openReplica(database, undefined, { heartbeatMs: HEARTBEAT_MS }),
    await openReplica(database, undefined, { heartbeatMs: HEARTBEAT_MS }),
  ] as const;
  await nameItems(replicas[0].intake);
  const replicaAt = (index = 0): Replica => (index % 2 === 0 ? replicas[0] : replicas[1]);
  const history: JournalEntry[] = [];
  const lengths = new Map<string, number>();
  const done = new Map<OrderName, number>();
  const readers = new Set<Reader>();
  const idOf = (name: OrderName): string => replicas[0].keys.orderId({ scheme: schemeOf(name), value: name });

  const happenedOf = (entry: JournalEntry): Happened => ({
    id: changedItem(entry, '', false).eventId,
    order: entry.subject,
    sequence: entry.version,
    channel: entry.channel,
    position: entry.position,
  });
  const positionsIn = (cursor: string, question: Question): ReadonlyMap<string, number> =>
    new Map(
      [...readFeedCursor(cursor, streamsOf(question), replicas[0].journal).byChannel].map(([channel, { position }]) => [
        channel,
        position,
      ]),
    );
  const gapBetween = (question: Question, from: string | null, to: string): Told => {
    const before = from === null ? new Map<string, number>() : positionsIn(from, question);
    const behind = positionsIn(to, question);
    return {
      kind: 'gap',
      covers: ({ channel, position }) =>
        position > (before.get(channel) ?? 0) && position <= (behind.get(channel) ?? 0),
    };
  };
  const toldBy = (question: Question, item: OrderStreamItem): readonly Told[] => {
    if (item.__typename === 'OrderStatusChanged')
      return [{ kind: 'event', id: item.eventId, order: item.orderId, sequence: item.sequence }];
    if (item.__typename === 'OrderSnapshot')
      return [{ kind: 'snapshot', order: item.order.id, sequence: item.order.sequence }];
    return item.__typename === 'Lagged' ? [gapBetween(question, item.from, item.to)] : [];
  };

  /** A reader that has been told these items, and does not follow anything yet. */
  const makeReader = (
    question: Question,
    knownBefore: ReadonlyMap<string, number>,
    toldBefore: readonly OrderStreamItem[],
  ): Reader => {
    const items: OrderStreamItem[] = [...toldBefore];
    const told: Told[] = toldBefore.flatMap((item) => toldBy(question, item));
    let replica = replicaAt();
    let leaving = new AbortController();
    let stream: OrderStream | null = null;
    let pending: ReturnType<OrderStream['next']> | null = null;

    const start = async (after: string | null): Promise<OrderStream> => {
      if (question.kind === 'feed')
        return replica.streams.channel(
          { channel: '*', scopes: expandScopes(['orders:read']) },
          question.filter,
          after,
          leaving.signal,
        );
      const order = await readOrder(database, idOf(question.name));
      if (!order) throw new Error(`There is no order ${question.name} yet.`);
      return replica.streams.follow(order, after, leaving.signal);
    };

    /** Time passes until something comes: what comes is then either news or a heartbeat. */
    const next = async (): Promise<OrderStreamItem> => {
      if (!stream) throw new Error('The reader follows nothing.');
      pending ??= stream.next();
      const waiting = pending;
      const came = { yet: false };
      const settled = waiting.finally(() => {
        came.yet = true;
      });
      settled.catch(() => undefined);
      while (!came.yet) await replica.clock.advance(500);
      pending = null;
      const { value, done: isOver } = await settled;
      if (isOver || !value) throw new Error('The stream has ended.');
      items.push(value);
      told.push(...toldBy(question, value));
      return value;
    };
    const isAtEnd = async (cursor: string): Promise<boolean> => {
      for (const [stream_, position] of positionsIn(cursor, question))
        if (position < (await replicas[0].journal.head(stream_)).position) return false;
      return true;
    };

    const reader: Reader = {
      items,
      take: async (count) => {
        for (let index = 0; index < count; index++) await next();
      },
      until: async (kind) => {
        while ((await next()).__typename !== kind);
      },
      drain: async () => {
        for (;;) {
          const item = await next();
          if (item.__typename === 'Heartbeat' && (await isAtEnd(item.cursor))) return;
        }
      },
      cut: async ({ unacknowledged = 0, replica: nextReplica } = {}) => {
        leaving.abort();
        await pending?.catch(() => undefined);
        pending = null;
        leaving = new AbortController();
        replica = replicaAt(nextReplica);
        // The very first item has to be kept: without a cursor there is nothing to resume.
        const dropped = items.splice(Math.max(1, items.length - unacknowledged));
        told.push({ kind: 'cut', repeats: dropped.flatMap((item) => ('eventId' in item ? [item.eventId] : [])) });
        const last = items.at(-1);
        stream = await start(last === undefined ? null : 'cursor' in last ? last.cursor : last.to);
      },
      complaints: () =>
        complaintsOf(
          history.filter((entry) => isWanted(question, idOf, entry)).map(happenedOf),
          told,
          question.kind === 'order'
            ? {}
            : {
                knownBefore,
                mayBeContained: question.filter.snapshot === true && told.some(({ kind }) => kind === 'cut'),
              },
        ),
      fork: (count) => makeReader(question, knownBefore, items.slice(0, count)),
      close: () => leaving.abort(),
    };
    readers.add(reader);
    return reader;
  };

  const openReader = async (question: Question, replica?: number): Promise<Reader> => {
    const begunAt = new Map<string, number>();
    for (const stream of streamsOf(question)) begunAt.set(stream, (await replicas[0].journal.head(stream)).position);
    const knownBefore = new Map<string, number>();
    for (const { channel, position, subject, version } of history)
      if (position <= (begunAt.get(channel) ?? 0)) knownBefore.set(subject, version);
    const reader = makeReader(question, knownBefore, []);
    await reader.cut(replica === undefined ? {} : { replica });
    return reader;
  };

  return {
    replicas,
    history,
    idOf,
    advance: async (name, replica) => {
      const step = done.get(name) ?? 0;
      const told = LIVES[name][step];
      if (!told) return;
      done.set(name, step + 1);
      await replicaAt(replica).intake.accept(sent(told));
      for (const channel of ['orders:shop', 'orders:web']) {
        const fresh = await replicas[0].journal.read(channel, lengths.get(channel) ?? 0, 100);
        history.push(...fresh);
        lengths.set(channel, fresh.at(-1)?.position ?? lengths.get(channel) ?? 0);
      }
    },
    prune: async (channel, upTo) => {
      await database.query('delete from journal.entry where channel = $1 and position <= $2', [channel, upTo]);
    },
    backUp: async () => {
      const restore = await backUpDatabase(database);
      const known = { history: [...history], lengths: new Map(lengths), done: new Map(done) };
      return async () => {
        await restore();
        history.splice(0, history.length, ...known.history);
        for (const [channel, length] of known.lengths) lengths.set(channel, length);
        for (const [name, step] of done) done.set(name, known.done.get(name) ?? Math.min(step, 0));
      };
    },
    open: openReader,
    [Symbol.asyncDispose]: async () => {
      for (const reader of readers) reader.close();
      for (const replica of replicas) await replica[Symbol.asyncDispose]();
    },
  };
};
