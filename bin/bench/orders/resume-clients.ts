/**
 * Many clients in one process, each with a socket of its own, following an order of its own as the protocol asks: it keeps
 * its last cursor, counts gaps and repeats, and comes back when it is cut, after a wait that differs from client to client.
 */
import { WebSocket } from 'ws';
import type { ClientReport, ClientWord, FollowedOrder } from './resume-words.ts';

const ORDER = `subscription Order($id: ID!, $after: EventCursor) {
  orderStatus(orderId: $id, after: $after) {
    __typename
    ... on OrderSnapshot { cursor order { sequence } }
    ... on OrderStatusChanged { cursor sequence }
    ... on Heartbeat { cursor }
    ... on Lagged { to }
  }
}`;
const CHANNEL = `subscription Channel($filter: ChannelStreamFilter!) {
  channelOrders(filter: $filter) { __typename ... on OrderStatusChanged { eventId } }
}`;
/** Sockets that are being opened at once: more would only fill the queue of connections. */
const OPENING = 100;
const FIRST_WAIT_MS = 200;

type Item = {
  readonly __typename: string;
  readonly cursor?: string;
  readonly to?: string;
  readonly sequence?: number;
  readonly eventId?: string;
  readonly order?: { readonly sequence: number };
};
type Client = {
  readonly order: FollowedOrder;
  cursor: string | null;
  sequence: number;
  failures: number;
  socket: WebSocket | null;
};
type Settings = Extract<ClientWord, { readonly kind: 'start' }>;

const clients: Client[] = [];
const waiting: Client[] = [];
const heardMs: number[] = [];
let settings: Settings | null = null;
let opening = 0;
let held = false;
let attached = 0;
let listening = 0;
const counts = { gaps: 0, repeats: 0, lagged: 0, received: 0, cuts: 0, refused: 0 };

const take = (client: Client, item: Item): void => {
  counts.received += 1;
  client.cursor = item.cursor ?? item.to ?? client.cursor;
  if (item.__typename === 'Lagged') counts.lagged += 1;
  if (item.__typename === 'OrderSnapshot') {
    client.sequence = item.order?.sequence ?? 0;
    attached += 1;
  }
  if (item.sequence === undefined) return;
  if (item.sequence <= client.sequence) counts.repeats += 1;
  else if (item.sequence > client.sequence + 1) counts.gaps += 1;
  client.sequence = Math.max(client.sequence, item.sequence);
};

const subscribe = (socket: WebSocket, id: string, query: string, variables: unknown): void => {
  socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query, variables } }));
};

const comeBack = (client: Client): void => {
  client.failures += 1;
  const waitMs = FIRST_WAIT_MS * 2 ** Math.min(client.failures, 4) * (0.5 + Math.random());
  setTimeout(() => {
    waiting.push(client);
    pump();
  }, waitMs);
};

const open = (client: Client, { url, token }: Settings): void => {
  opening += 1;
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  client.socket = socket;
  let isOpening = true;
  const opened = (): void => {
    if (!isOpening) return;
    isOpening = false;
    opening -= 1;
    pump();
  };
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: token } })));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as {
      readonly type: string;
      readonly id?: string;
      readonly payload?: { readonly data?: Readonly<Record<string, Item>> | null };
    };
    if (message.type === 'connection_ack') {
      opened();
      client.failures = 0;
      subscribe(socket, '1', ORDER, { id: client.order.id, after: client.cursor });
    } else if (message.type === 'next') {
      const { orderStatus, channelOrders } = message.payload?.data ?? {};
      if (orderStatus) take(client, orderStatus);
      if (channelOrders?.__typename === 'Heartbeat') listening += 1;
      if (channelOrders?.eventId !== undefined) heardMs.push(Date.now());
    } else if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong' }));
    else if (message.type === 'error' || (message.type === 'complete' && message.id === '1')) {
      counts.refused += 1;
      socket.close();
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    opened();
    counts.cuts += 1;
    client.socket = null;
    comeBack(client);
  });
};

function pump(): void {
  while (settings && !held && opening < OPENING) {
    const client = waiting.shift();
    if (!client) return;
    open(client, settings);
  }
}

const report = (): ClientReport => {
  const { rss, heapUsed } = process.memoryUsage();
  return {
    ...counts,
    attached,
    listening,
    open: clients.filter(({ socket }) => socket?.readyState === WebSocket.OPEN).length,
    sequences: clients.map(({ sequence }) => sequence),
    heardMs,
    rss,
    heapUsed,
  };
};

process.on('message', (word: ClientWord) => {
  if (word.kind === 'start') {
    settings = word;
    for (const order of word.orders) clients.push({ order, cursor: null, sequence: 0, failures: 0, socket: null });
    waiting.push(...clients);
    pump();
  } else if (word.kind === 'hold') held = true;
  else if (word.kind === 'go') {
    held = false;
    pump();
  } else if (word.kind === 'listen') {
    for (const { socket } of clients)
      if (socket) subscribe(socket, '2', CHANNEL, { filter: { channels: [word.channel] } });
  } else process.send?.(report());
});
// Nobody is left to be measured for.
process.on('disconnect', () => process.exit(0));
