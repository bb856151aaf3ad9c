/**
 * A laptop follows the orders of a channel and keeps the cursor of what it has dealt with. Its lid is closed in the middle
 * of the stream, orders move on, the lid is opened, and it resumes. A witness whose lid stays open hears the same orders.
 */
import type { Company, CompanyOrderStage } from '#simulation/company/company.ts';
import { createGraphClient, type GraphClient } from '../graph-client.ts';
import { until } from '../say.ts';
import type { Stage } from '../stage.ts';

const CHANNEL = 'web';
const FOLLOW = `subscription Lid($channels: [String!]!, $after: EventCursor) {
  channelOrders(filter: { channels: $channels }, after: $after) {
    __typename
    ... on OrderStatusChanged { eventId cursor sequence type replayed order { number } }
    ... on Heartbeat { cursor }
    ... on Lagged { to missed }
  }
}`;

export type Heard = {
  readonly atMs: number;
  readonly eventId: string;
  readonly number: string;
  readonly sequence: number;
  readonly type: string;
  readonly replayed: boolean;
};
type Item =
  | (Omit<Heard, 'atMs' | 'number'> & {
      readonly __typename: 'OrderStatusChanged';
      readonly cursor: string;
      readonly order: { readonly number: string };
    })
  | { readonly __typename: 'Heartbeat'; readonly cursor: string }
  | { readonly __typename: 'Lagged'; readonly to: string; readonly missed: number | null };

export type LidStory = {
  readonly orders: readonly string[];
  readonly heard: readonly Heard[];
  /** What one hears whose lid stays open. */
  readonly witness: readonly Heard[];
  readonly closedAtMs: number;
  readonly openedAtMs: number;
  readonly gaps: number;
};

type Follower = {
  readonly heard: Heard[];
  gaps: number;
  cursor: string | null;
  /** Follows until it is left; resumes behind the cursor where there is one. */
  open(): Promise<void>;
  /** The machine sleeps: the connection goes, and nobody says goodbye. */
  close(): Promise<void>;
};

const createFollower = (url: string, token: string): Follower => {
  let client: GraphClient | null = null;
  let following: Promise<void> = Promise.resolve();
  const follower: Follower = {
    heard: [],
    gaps: 0,
    cursor: null,
    open: async () => {
      client = createGraphClient(url, token);
      const stream = client.follow<{ readonly channelOrders: Item }>(FOLLOW, {
        channels: [CHANNEL],
        after: follower.cursor,
      });
      const take = ({ channelOrders: item }: { readonly channelOrders: Item }): void => {
        if (item.__typename === 'OrderStatusChanged') {
          const { eventId, sequence, type, replayed, order } = item;
          follower.heard.push({ atMs: Date.now(), eventId, number: order.number, sequence, type, replayed });
        }
        if (item.__typename === 'Lagged') follower.gaps += 1;
        follower.cursor = item.__typename === 'Lagged' ? item.to : item.cursor;
      };
      const begun = Promise.withResolvers<void>();
      following = (async () => {
        for await (const item of stream) {
          take(item);
          begun.resolve();
        }
      })().catch(begun.reject);
      await begun.promise;
    },
    close: async () => {
      await client?.[Symbol.asyncDispose]();
      await following;
    },
  };
  return follower;
};

/** The furthest first, so that the first of them has little left to go through. */
const MOVABLE: readonly CompanyOrderStage[] = ['PACKED', 'PICKING', 'ALLOCATED', 'RELEASED'];

const ordersToMove = (company: Company): readonly string[] =>
  company.orders
    .filter(({ channel, method, stage }) => channel === CHANNEL && method === 'SHIP_TO_HOME' && MOVABLE.includes(stage))
    .toSorted((a, b) => MOVABLE.indexOf(a.stage) - MOVABLE.indexOf(b.stage))
    .map(({ number }) => number);

export const runLid = async (stage: Stage, company: Company): Promise<LidStory> => {
  const [first, second, third, fourth] = ordersToMove(company);
  if (!first || !second || !third || !fourth)
    throw new Error('The simulated company has too few orders of the web shop that can still be shipped.');
  const url = `${stage.urls.gateway}/graphql`;
  const laptop = createFollower(url, stage.token);
  const witness = createFollower(url, stage.token);
  const advance = (reference: string, to: string): Promise<unknown> =>
    stage.act('tryton', { kind: 'advance', reference, to });
  const hears = (who: Follower, number: string, type: string): Promise<unknown> =>
    until(`${number} being told as ${type}`, async () =>
      who.heard.some((event) => event.number === number && event.type === type) ? true : undefined,
    );

  await witness.open();
  await laptop.open();
  await advance(first, 'shipped');
  await hears(laptop, first, 'SHIPPED');

  await laptop.close();
  const closedAtMs = Date.now();
  await advance(second, 'packed');
  await hears(witness, second, 'PACKED');
  await advance(second, 'shipped');
  await hears(witness, second, 'SHIPPED');
  await advance(third, 'packed');
  await hears(witness, third, 'PACKED');

  const openedAtMs = Date.now();
  await laptop.open();
  await hears(laptop, third, 'PACKED');
  await advance(third, 'shipped');
  await advance(fourth, 'shipped');
  for (const who of [laptop, witness]) for (const number of [third, fourth]) await hears(who, number, 'SHIPPED');
  await until('both having heard the same', async () =>
    laptop.heard.length === witness.heard.length ? true : undefined,
  );
  const story: LidStory = {
    orders: [first, second, third, fourth],
    heard: [...laptop.heard],
    witness: [...witness.heard],
    closedAtMs,
    openedAtMs,
    gaps: laptop.gaps,
  };
  await Promise.all([laptop.close(), witness.close()]);
  return story;
};

/** What the laptop missed and what it was told twice, by the witness. */
export const verdictOf = ({ heard, witness }: LidStory): { readonly missed: number; readonly doubled: number } => {
  const ids = new Set(heard.map(({ eventId }) => eventId));
  return {
    missed: witness.filter(({ eventId }) => !ids.has(eventId)).length,
    doubled: heard.length - ids.size,
  };
};
