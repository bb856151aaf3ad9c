/**
 * Follows the orders of some channels and has an effect once per event, through cuts, crashes and kill -9.
 *
 * The effect here is a line in a ledger. Each line holds the effect and the cursor it came with, and is written whole or
 * not at all: that is all it takes. With a database, write both in one transaction.
 *
 *   GRAPH_URL=ws://127.0.0.1:4000/graphql TOKEN=... CHANNELS=web LEDGER=orders.ledger node consumer.ts
 */
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';

const {
  GRAPH_URL: url = 'ws://127.0.0.1:4000/graphql',
  TOKEN,
  CHANNELS = 'web',
  LEDGER = 'orders.ledger',
} = process.env;
const FOLLOW = `subscription Follow($channels: [String!]!, $after: EventCursor) {
  channelOrders(filter: { channels: $channels }, after: $after) {
    __typename
    ... on OrderStatusChanged { eventId cursor sequence type order { id number } }
    ... on Heartbeat { cursor }
    ... on Lagged { from to missed }
  }
}`;
const FINAL = ['BAD_INPUT', 'BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED', 'CURSOR_INVALID', 'CURSOR_EXPIRED'];
type Item =
  | { readonly __typename: 'OrderStatusChanged'; readonly cursor: string; readonly eventId: string }
  | { readonly __typename: 'Heartbeat'; readonly cursor: string }
  | { readonly __typename: 'Lagged'; readonly to: string; readonly missed: number | null };

// What a crash left behind: whole lines count, a torn last one was never written.
const text = existsSync(LEDGER) ? readFileSync(LEDGER) : Buffer.alloc(0);
const whole = text.subarray(0, text.lastIndexOf('\n') + 1);
if (whole.length < text.length) truncateSync(LEDGER, whole.length);
let cursor: string | null =
  whole.length === 0 ? null : JSON.parse(String(whole).trimEnd().split('\n').at(-1) ?? '').cursor;

/** Effect and cursor together, on disk before the next item is looked at. */
const keep = (line: { readonly cursor: string; readonly effect?: unknown; readonly gap?: unknown }): void => {
  appendFileSync(LEDGER, `${JSON.stringify(line)}\n`, { flush: true });
  cursor = line.cursor;
};

const connectionParams = TOKEN === undefined ? {} : { authorization: `Bearer ${TOKEN}` };
for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, 5_000)) {
  const client = createClient({ url, connectionParams, retryAttempts: 0 });
  // A closed lid leaves a connection that is open and dead: heartbeats come every 20 seconds, so silence means a cut.
  const silence = setTimeout(() => client.terminate(), 50_000);
  try {
    for await (const { data, errors } of client.iterate({
      query: FOLLOW,
      variables: { channels: CHANNELS.split(','), after: cursor },
    })) {
      if (!data) throw errors;
      const { __typename, ...item } = data.channelOrders as Item;
      if ('eventId' in item) keep({ cursor: item.cursor, effect: item });
      else if ('cursor' in item) keep({ cursor: item.cursor });
      // Some events are gone: a real consumer reads its orders anew here. What follows is whole again.
      else keep({ cursor: item.to, gap: item.missed ?? 'unknown' });
      silence.refresh();
      waitMs = 100;
    }
  } catch (error) {
    const [refusal] = Array.isArray(error) ? error : [];
    process.stderr.write(`${refusal?.message ?? 'cut'}\n`);
    // Asking again would change nothing, and to begin without the cursor would lose what came since: a person has to look.
    if (FINAL.includes(refusal?.extensions?.code)) process.exit(1);
  }
  clearTimeout(silence);
  await pause(waitMs * (0.5 + Math.random() / 2));
}
