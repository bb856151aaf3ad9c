/**
 * The smallest simulator that shows everything the host does: a note pad with a limit on reading, writes under a
 * business key, and webhooks.
 */
import { SimActError, type SimRequest, type SimResponse, type SimulatorFactory } from '#simulation/simulator.ts';

/** Two at once, then one every two seconds. */
export const TINY_LIMIT = { name: 'notes', ratePerSecond: 0.5, burst: 2 } as const;

const tooMany = (retryAfter: string | null): SimResponse => ({
  status: 429,
  headers: retryAfter === null ? {} : { 'Retry-After': retryAfter },
  body: { error: 'too many' },
});

export const tinySimulator: SimulatorFactory = {
  vendor: 'tiny',
  create: (company, deps) => {
    let target: string | null = null;
    const handle = (request: SimRequest): SimResponse => {
      if (request.path.startsWith('/v1/limited')) return { status: 200, body: { ok: true } };
      if (request.path === '/v1/text') return { status: 200, body: '{"note":{"text":"as text"}}' };
      if (request.path === '/v1/bug') throw new Error('a bug in the simulator');
      if (request.method === 'POST' && request.path === '/v1/notes') {
        const note: unknown = JSON.parse(request.rawBody);
        const key = typeof note === 'object' && note !== null && 'key' in note ? String(note.key) : '';
        deps.recordWrite(key, { path: request.path });
        return { status: 201, headers: { 'X-Vendor': 'tiny' }, body: { note: { key, text: 'kept' } } };
      }
      return {
        status: 200,
        body: {
          company: company.name,
          at: deps.clock.now(),
          notes: [
            { key: 'a', text: 'x' },
            { key: 'b', text: 'y' },
          ],
        },
      };
    };
    return {
      handle,
      act: (command) => {
        if (command.kind === 'subscribe') {
          if (typeof command.url !== 'string') throw new SimActError('url: where the webhooks go');
          target = command.url;
          return { subscribed: target };
        }
        if (command.kind === 'note' && target !== null) {
          const eventId = String(command.id);
          deps.deliver({ url: target, headers: { 'x-event': eventId }, body: `{"id":"${eventId}"}`, eventId });
          return undefined;
        }
        throw new SimActError('kind: must be subscribe, or note after subscribe');
      },
      operationOf: (request) => (request.path === '/rpc' ? `rpc ${request.rawBody}` : null),
      limitOf: (request) => (request.path.startsWith('/v1/limited') ? TINY_LIMIT : null),
      throttled: (_request, retryAfter) => tooMany(retryAfter),
      unavailable: () => ({ status: 503, body: { error: 'down' } }),
    };
  },
};
