/** Clients of GraphQL servers for tests: HTTP, and a WebSocket that shows every protocol message. */
import { WebSocket } from 'ws';
import { within } from './event-log.ts';

export type GraphQLBody = {
  // Tests read results by path; typing every result would hide what is asserted.
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
  readonly extensions?: Record<string, unknown>;
};

export type HttpAnswer = { readonly status: number; readonly headers: Headers; readonly body: GraphQLBody };

export const postGraphQL = async (
  url: string,
  query: string,
  options: {
    readonly variables?: Record<string, unknown>;
    readonly token?: string;
    readonly headers?: Record<string, string>;
  } = {},
): Promise<HttpAnswer> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    body: JSON.stringify({ query, variables: options.variables }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as GraphQLBody };
};

export type ProtocolMessage = { readonly type: string; readonly id?: string; readonly payload?: unknown };

export type RawSocket = AsyncDisposable & {
  readonly socket: WebSocket;
  send(message: Record<string, unknown>): void;
  /** The next message, whatever it is. */
  next(): Promise<ProtocolMessage>;
  /** The next message of one subscription; messages of others stay for their readers. */
  nextOf(id: string): Promise<ProtocolMessage>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  close(): Promise<void>;
};

export const openRawSocket = async (
  url: string,
  options: { readonly headers?: Record<string, string>; readonly protocol?: string } = {},
): Promise<RawSocket> => {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), options.protocol ?? 'graphql-transport-ws', {
    headers: options.headers ?? {},
  });
  const messages: ProtocolMessage[] = [];
  const wakers = new Set<() => void>();
  let isClosed = false;
  const wake = (): void => {
    for (const waker of [...wakers]) waker();
    wakers.clear();
  };
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)));
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      isClosed = true;
      wake();
      resolve({ code, reason: String(reason) });
    });
  });
  const take = async (matches: (message: ProtocolMessage) => boolean): Promise<ProtocolMessage> => {
    for (;;) {
      const at = messages.findIndex(matches);
      const [message] = at < 0 ? [] : messages.splice(at, 1);
      if (message) return message;
      if (isClosed) throw new Error('The socket closed before the message came.');
      await new Promise<void>((resolve) => wakers.add(resolve));
    }
  };
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  const close = async (): Promise<void> => {
    socket.close();
    await closed;
  };
  return {
    socket,
    send: (message) => socket.send(JSON.stringify(message)),
    next: () =>
      within(
        'a message',
        take(() => true),
      ),
    nextOf: (id) =>
      within(
        `a message of ${id}`,
        take((message) => message.id === id),
      ),
    closed,
    close,
    [Symbol.asyncDispose]: close,
  };
};

/** A socket that has been initialised and acknowledged. */
export const openSocket = async (url: string, token?: string): Promise<RawSocket> => {
  const socket = await openRawSocket(url);
  socket.send({
    type: 'connection_init',
    ...(token === undefined ? {} : { payload: { authorization: `Bearer ${token}` } }),
  });
  const acknowledged = await socket.next();
  if (acknowledged.type !== 'connection_ack')
    throw new Error(`Expected connection_ack, got ${JSON.stringify(acknowledged)}`);
  return socket;
};

export const subscribeTo = (
  socket: RawSocket,
  id: string,
  query: string,
  variables: Record<string, unknown> = {},
): void => socket.send({ type: 'subscribe', id, payload: { query, variables } });
