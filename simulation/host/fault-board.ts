/** The faults in force for one vendor: which of them strike a call or a delivery, and how often they still may. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { FaultKind, FaultOf, FaultSpec } from '#simulation/host/faults.ts';
import { pathMatches } from '#simulation/host/patterns.ts';
import type { SimDelivery, SimRequest } from '#simulation/simulator.ts';

export type Fault = FaultSpec & {
  readonly id: string;
  readonly addedAtMs: number;
  /** When it ends by itself; null: it does not. */
  readonly endsAtMs: number | null;
  readonly applied: number;
};

/** What happens to one call when it comes in. `ending` answers or breaks it before the simulator sees it. */
export type CallPlan = {
  readonly delayMs: number;
  readonly ending: EndingFault | null;
  /** Limits that the call falls under, oldest first; they have not struck before one of them refuses it. */
  readonly limits: readonly LimitFault[];
};

/** What happens to the answer of a call that is let in. */
export type AnswerPlan = {
  readonly loseReply: boolean;
  readonly drifts: readonly FaultOf<'schema-drift'>[];
};
export type EndingFault = Fault & { readonly kind: 'throttle' | 'unavailable' | 'hang' | 'reset' };

export type LimitFault = Extract<Fault, { kind: 'quota' | 'concurrency' }>;

export type DeliveryPlan = {
  readonly lost: boolean;
  readonly copies: number;
  readonly reorder: FaultOf<'reorder'> | null;
  readonly repeatAfterMs: readonly number[];
};

export type FaultBoard = {
  add(spec: FaultSpec): Fault;
  /** Those still in force, oldest first. */
  list(): readonly Fault[];
  /** Clears one fault, or all without an id; returns how many there were. */
  clear(id?: string): number;
  /** Notes that a limit refused a call. */
  refused(limit: LimitFault): void;
  planCall(request: SimRequest, operation: string): CallPlan;
  /** For a call that nothing ends or refuses: what concerns its answer waits for one that gets so far. */
  planAnswer(request: SimRequest, operation: string): AnswerPlan;
  planDelivery(delivery: SimDelivery): DeliveryPlan;
};

const ENDING_KINDS: readonly FaultKind[] = ['throttle', 'unavailable', 'hang', 'reset'];
const DELIVERY_KINDS: readonly FaultKind[] = ['duplicate', 'reorder', 'stale', 'lost-delivery'];

const isEnding = (fault: Fault): fault is EndingFault => ENDING_KINDS.includes(fault.kind);
const concernsAnswer = (fault: Fault): boolean => fault.kind === 'lost-reply' || fault.kind === 'schema-drift';
const isLimit = (fault: Fault): fault is LimitFault => fault.kind === 'quota' || fault.kind === 'concurrency';
const isKind = <K extends FaultKind>(fault: Fault, kind: K): fault is Extract<Fault, { kind: K }> =>
  fault.kind === kind;

const contains = (body: string, wanted: string | undefined): boolean => wanted === undefined || body.includes(wanted);

const strikesCall = (fault: Fault, request: SimRequest, operation: string): boolean => {
  if (DELIVERY_KINDS.includes(fault.kind)) return false;
  const match: { method?: string; pathPattern?: string; operation?: string; bodyContains?: string } = fault.match;
  return (
    (match.method === undefined || match.method.toUpperCase() === request.method) &&
    (match.pathPattern === undefined || pathMatches(match.pathPattern, request.path)) &&
    (match.operation === undefined || match.operation === operation) &&
    contains(request.rawBody, match.bodyContains)
  );
};

const pathnameOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname : '');

const strikesDelivery = (fault: Fault, delivery: SimDelivery): boolean =>
  DELIVERY_KINDS.includes(fault.kind) &&
  (fault.match.pathPattern === undefined || pathMatches(fault.match.pathPattern, pathnameOf(delivery.url))) &&
  contains(delivery.body, fault.match.bodyContains);

export const createFaultBoard = (
  deps: { readonly clock: Clock; readonly ids: Ids },
  onApplied: (fault: Fault) => void,
): FaultBoard => {
  let faults: readonly Fault[] = [];

  const inForce = (): readonly Fault[] => {
    const nowMs = deps.clock.now();
    faults = faults.filter(
      (fault) =>
        (fault.endsAtMs === null || nowMs < fault.endsAtMs) &&
        (!('count' in fault) || fault.count === undefined || fault.applied < fault.count),
    );
    return faults;
  };

  const apply = (struck: readonly Fault[]): void => {
    const ids = new Set(struck.map((fault) => fault.id));
    faults = faults.map((fault) => (ids.has(fault.id) ? { ...fault, applied: fault.applied + 1 } : fault));
    for (const fault of struck) onApplied(fault);
  };

  const drawn = (fault: Fault): boolean =>
    fault.match.probability === undefined || deps.ids.random() < fault.match.probability;

  const striking = (request: SimRequest, operation: string): readonly Fault[] =>
    inForce().filter((fault) => strikesCall(fault, request, operation));

  return {
    add: (spec) => {
      const nowMs = deps.clock.now();
      const fault: Fault = {
        ...spec,
        id: deps.ids.uuid(),
        addedAtMs: nowMs,
        endsAtMs: spec.durationMs === undefined ? null : nowMs + spec.durationMs,
        applied: 0,
      };
      faults = [...inForce(), fault];
      return fault;
    },
    list: inForce,
    clear: (id) => {
      const before = inForce();
      faults = id === undefined ? [] : before.filter((fault) => fault.id !== id);
      return before.length - faults.length;
    },
    refused: (limit) => apply([limit]),
    planCall: (request, operation) => {
      const struck = striking(request, operation).filter((fault) => !concernsAnswer(fault) && drawn(fault));
      const slow = struck.filter((fault) => isKind(fault, 'slow'));
      const ending = struck.find(isEnding) ?? null;
      apply([...slow, ...(ending ? [ending] : [])]);
      return {
        delayMs: slow.reduce((sum, fault) => sum + fault.delayMs, 0),
        ending,
        limits: ending === null ? struck.filter(isLimit) : [],
      };
    },
    planAnswer: (request, operation) => {
      const struck = striking(request, operation).filter((fault) => concernsAnswer(fault) && drawn(fault));
      const lost = struck.find((fault) => isKind(fault, 'lost-reply'));
      const drifts = lost ? [] : struck.filter((fault) => isKind(fault, 'schema-drift'));
      apply([...(lost ? [lost] : []), ...drifts]);
      return { loseReply: lost !== undefined, drifts };
    },
    planDelivery: (delivery) => {
      const struck = inForce().filter((fault) => strikesDelivery(fault, delivery) && drawn(fault));
      const lost = struck.find((fault) => isKind(fault, 'lost-delivery'));
      if (lost) {
        apply([lost]);
        return { lost: true, copies: 0, reorder: null, repeatAfterMs: [] };
      }
      const duplicates = struck.filter((fault) => isKind(fault, 'duplicate'));
      const stale = struck.filter((fault) => isKind(fault, 'stale'));
      const reorder = struck.find((fault) => isKind(fault, 'reorder')) ?? null;
      apply([...duplicates, ...stale, ...(reorder ? [reorder] : [])]);
      return {
        lost: false,
        copies: duplicates.reduce((sum, fault) => sum + fault.copies, 0),
        reorder,
        repeatAfterMs: stale.map((fault) => fault.delayMs),
      };
    },
  };
};
