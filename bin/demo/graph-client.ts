/** A client of the running graph, as an app would be one: HTTP for questions, graphql-ws for streams. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Failure } from '#runtime/failure.ts';

export type GraphClient = AsyncDisposable & {
  /** The data of a query; throws with every error's message when there is one. */
  ask<T>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
  follow<T>(query: string, variables?: Readonly<Record<string, unknown>>): AsyncIterableIterator<T>;
};

type Result = { readonly data?: unknown; readonly errors?: readonly { readonly message: string }[] };

const dataOf = <T>(result: Result): T => {
  if (result.errors?.length) throw new Failure('INTERNAL', result.errors.map(({ message }) => message).join('; '));
  return result.data as T;
};

export const createGraphClient = (url: string, token?: string): GraphClient => {
  const authorization = token === undefined ? undefined : `Bearer ${token}`;
  const socket = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    ...(authorization === undefined ? {} : { connectionParams: { authorization } }),
  });
  return {
    ask: async <T>(query: string, variables: Readonly<Record<string, unknown>> = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
        body: JSON.stringify({ query, variables }),
      });
      return dataOf<T>((await response.json()) as Result);
    },
    follow: <T>(query: string, variables: Readonly<Record<string, unknown>> = {}) => {
      const source = socket.iterate({ query, variables: { ...variables } });
      const followed: AsyncIterableIterator<T> = {
        next: async () => {
          try {
            const item = await source.next();
            return item.done
              ? { done: true, value: undefined }
              : { done: false, value: dataOf<T>(item.value as Result) };
          } catch (error) {
            // A refused subscription ends with the list of GraphQL errors.
            throw Array.isArray(error) ? new Error(error.map(({ message }) => String(message)).join('; ')) : error;
          }
        },
        // Not a generator: one that waits for the next item could not be ended before it came.
        return: async () => {
          await source.return?.();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]: () => followed,
      };
      return followed;
    },
    [Symbol.asyncDispose]: async () => {
      await socket.dispose();
    },
  };
};
