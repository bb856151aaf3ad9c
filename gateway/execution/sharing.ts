/**
 * Identical queries to one subgraph are sent once while the first is under way. What can change the answer is the key:
 * the body, the caller's authorization and address, the purpose and the oldest age taken. docs/decisions tells why the correlation
 * id and the time budget are not part of it, and what a mutation changes.
 */
import type { Freshness } from '#runtime/graphql/purpose.ts';
import type { Hop, HopReply, HopRequest, HopScope } from './hop.ts';

type Waiter = { readonly scope: HopScope; readonly leave: () => void; settle(reply: HopReply): void };

type Flight = {
  readonly request: HopRequest;
  readonly startedMs: number;
  readonly waiters: Set<Waiter>;
  /** What the subgraph's client asked to be told when nobody waits any more. */
  readonly enders: Set<() => void>;
  isShared: boolean;
};

/** Answers to queries asked for before a mutation was answered are not given to whoever asks after it. */
export type Epoch = { current: number };

/** The end of a body has its variables: enough to tell most bodies apart without reading all of each. */
const MARKED_CHARACTERS = 48;

const markOf = (body: string): number => {
  let mark = body.length;
  for (let at = Math.max(0, body.length - MARKED_CHARACTERS); at < body.length; at += 1)
    mark = (Math.imul(mark, 31) + body.charCodeAt(at)) | 0;
  return mark;
};

const isSame = (a: HopRequest, b: HopRequest): boolean =>
  a.body === b.body &&
  a.scope.authorization === b.scope.authorization &&
  a.scope.callerAddress === b.scope.callerAddress &&
  a.scope.freshness.purpose === b.scope.freshness.purpose &&
  a.scope.freshness.maxAgeMs === b.scope.freshness.maxAgeMs;

/**
 * The scope of a request that several wait for: as long as the most patient, over when all have gone. A class, because
 * one is made for every request, and getters in an object literal are defined anew for each object.
 */
class SharedScope implements HopScope {
  readonly authorization?: string;
  readonly callerAddress: string | undefined;
  readonly freshness: Freshness;
  readonly correlationId: string;
  readonly #flight: Flight;

  constructor(flight: Flight) {
    const { authorization, callerAddress, correlationId, freshness } = flight.request.scope;
    if (authorization !== undefined) this.authorization = authorization;
    this.callerAddress = callerAddress;
    this.freshness = freshness;
    this.correlationId = correlationId;
    this.#flight = flight;
  }

  get deadlineMs(): number {
    let latest = this.#flight.request.scope.deadlineMs;
    for (const { scope } of this.#flight.waiters) latest = Math.max(latest, scope.deadlineMs);
    return latest;
  }

  get isOver(): boolean {
    for (const { scope } of this.#flight.waiters) if (!scope.isOver) return false;
    return true;
  }

  whenOver(end: () => void): () => void {
    if (this.#flight.waiters.size === 0) {
      end();
      return () => undefined;
    }
    const own = (): void => end();
    this.#flight.enders.add(own);
    return () => void this.#flight.enders.delete(own);
  }
}

const gone = (name: string): HopReply => ({
  kind: 'unanswered',
  trouble: { code: 'UPSTREAM_TIMEOUT', message: `The subgraph "${name}" did not answer in time.` },
});

export type SharedHopDeps = { readonly epoch: Epoch; now(): number };

export const shareHop = (hop: Hop, { epoch, now }: SharedHopDeps): Hop => {
  let flights = new Map<number, Flight[]>();
  let begunIn = epoch.current;

  const land = (mark: number, flight: Flight, from: Map<number, Flight[]>): void => {
    const rest = from.get(mark)?.filter((other) => other !== flight) ?? [];
    if (rest.length === 0) from.delete(mark);
    else from.set(mark, rest);
  };

  const leaveOf = (flight: Flight, waiter: () => Waiter, landNow: () => void) => (): void => {
    const self = waiter();
    if (!flight.waiters.delete(self)) return;
    self.settle(gone(hop.name));
    if (flight.waiters.size > 0) return;
    // Nobody may join what is being given up.
    landNow();
    for (const end of flight.enders) end();
  };

  const join = (flight: Flight, scope: HopScope, landNow: () => void): Promise<HopReply> =>
    new Promise((settle) => {
      const waiter: Waiter = { scope, settle, leave: leaveOf(flight, () => waiter, landNow) };
      flight.waiters.add(waiter);
      const stay = scope.whenOver(waiter.leave);
      const settled = waiter.settle;
      waiter.settle = (reply) => {
        stay();
        settled(reply);
      };
    });

  const send = (request: HopRequest): Promise<HopReply> => {
    if (!request.isQuery)
      return hop.send(request).finally(() => {
        epoch.current += 1;
      });
    if (begunIn !== epoch.current) {
      flights = new Map();
      begunIn = epoch.current;
    }
    const here = flights;
    const mark = markOf(request.body);
    const alike = here.get(mark);
    const known = alike?.find((flight) => isSame(flight.request, request));
    if (known) {
      known.isShared = true;
      const landKnown = (): void => land(mark, known, here);
      const { deadlineMs } = request.scope;
      return join(known, request.scope, landKnown).then((reply) => {
        // The call they joined may have been given less time than they have.
        const isShort = reply.kind === 'unanswered' && reply.trouble.code === 'UPSTREAM_TIMEOUT';
        return isShort && !request.scope.isOver && now() < deadlineMs ? send(request) : reply;
      });
    }
    const flight: Flight = { request, startedMs: now(), waiters: new Set(), enders: new Set(), isShared: false };
    const landNow = (): void => land(mark, flight, here);
    if (alike) alike.push(flight);
    else here.set(mark, [flight]);
    const waiting = join(flight, request.scope, landNow);
    hop.send({ body: request.body, isQuery: true, scope: new SharedScope(flight) }).then((reply) => {
      landNow();
      const given: HopReply =
        flight.isShared && reply.kind === 'answered'
          ? { kind: 'answered', result: reply.result, askedAtMs: flight.startedMs }
          : reply;
      for (const waiter of flight.waiters) waiter.settle(given);
      flight.waiters.clear();
    });
    return waiting;
  };

  return { name: hop.name, send };
};
