/** The limits that a call meets when it comes in: those of quota and concurrency faults, and the vendor's own. */
import type { Clock } from '#runtime/clock.ts';
import { createBuckets } from '#simulation/host/buckets.ts';
import type { FaultBoard, LimitFault } from '#simulation/host/fault-board.ts';
import { type ToldWait, toldWait } from '#simulation/host/faults.ts';
import type { Ledger } from '#simulation/host/ledger.ts';
import type { SimLimit } from '#simulation/simulator.ts';

export type Entrance =
  | {
      readonly admitted: true;
      /** To be called once, when the call has ended. */
      leave(): void;
    }
  | {
      readonly admitted: false;
      /** What the refusal says, asked for when it goes out; null when it says nothing about coming back. */
      tell(): ToldWait | null;
    };

export type Gate = {
  /** `own` is the vendor's published limit for the call. The oldest fault decides first, the vendor's limit last. */
  enter(limits: readonly LimitFault[], own: SimLimit | null): Entrance;
};

type Refusal = Extract<Entrance, { admitted: false }>;

export const createGate = (deps: {
  readonly clock: Clock;
  readonly faults: FaultBoard;
  readonly ledger: Ledger;
}): Gate => {
  const { clock, faults, ledger } = deps;
  const buckets = createBuckets({ clock });
  /** Calls in hand, by the id of the concurrency fault that counts them. */
  const inHand = new Map<string, number>();

  const telling = (fault: LimitFault, waitMs: () => number): Refusal => ({
    admitted: false,
    tell: () => {
      const told = toldWait(fault.retryAfter, waitMs(), clock.now());
      if (told) ledger.limitTold(fault.id, told.untilMs);
      return told;
    },
  });

  const takeToken = (limit: SimLimit): boolean => {
    const admitted = buckets.take(limit);
    ledger.limitUsed(limit, admitted);
    return admitted;
  };

  const takePlace = (fault: Extract<LimitFault, { kind: 'concurrency' }>): boolean => {
    const before = inHand.get(fault.id) ?? 0;
    const admitted = before < fault.atOnce;
    if (admitted) inHand.set(fault.id, before + 1);
    ledger.limitUsed({ name: fault.id, atOnce: fault.atOnce }, admitted);
    return admitted;
  };

  /** Null when the fault lets the call in. */
  const refusalBy = (fault: LimitFault): Refusal | null => {
    if (fault.kind === 'concurrency') return takePlace(fault) ? null : telling(fault, () => fault.retryAfterMs);
    const limit = { name: fault.id, ratePerSecond: fault.ratePerSecond, burst: fault.burst };
    return takeToken(limit) ? null : telling(fault, () => buckets.msUntilNext(limit));
  };

  return {
    enter: (limits, own) => {
      const places: string[] = [];
      const leave = (): void => {
        for (const id of places) inHand.set(id, (inHand.get(id) ?? 0) - 1);
      };
      for (const fault of limits) {
        const refusal = refusalBy(fault);
        if (refusal) {
          leave();
          faults.refused(fault);
          return refusal;
        }
        if (fault.kind === 'concurrency') places.push(fault.id);
      }
      if (own === null || takeToken(own)) return { admitted: true, leave };
      leave();
      return { admitted: false, tell: () => null };
    },
  };
};
