/** Same key and same request: the same answer, and nothing happens twice. Same key and another request: refused. */
import { createHash } from 'node:crypto';
import type { SimResponse } from '#simulation/simulator.ts';
import { invalid, type Json } from './protocol.ts';

export type Idempotency = (key: string | undefined, body: Json, perform: () => SimResponse) => SimResponse;

export const createIdempotency = (): Idempotency => {
  const done = new Map<string, { readonly request: string; readonly response: SimResponse }>();
  return (key, body, perform) => {
    if (key === undefined) return perform();
    const request = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const before = done.get(key);
    if (before && before.request !== request) {
      throw invalid('IDEMPOTENCY_KEY_REUSED', 'The key was used for another request.', 'idempotency_key');
    }
    if (before) return before.response;
    const response = perform();
    done.set(key, { request, response });
    return response;
  };
};
