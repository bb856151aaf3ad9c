/** Where calls wait for their turn: who may come in, who has waited too long, and who takes a place again. */
import type { CallClass } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { type Lane, type Lanes, opensAtMs, type Waiter } from './lanes.ts';
import {
  patienceEndsAtMs,
  type Queue,
  type Refusal,
  refusalAtArrival,
  refusalWhileWaiting,
  type Waited,
} from './patience.ts';
import { costOf, type QuotaAccount } from './quota-account.ts';
import { CALL_CLASSES, shareOf } from './shares.ts';
import { after } from './timer.ts';

export type Wish = Pick<Waiter, 'lane' | 'callClass' | 'cost' | 'arrival' | 'limitAtMs' | 'start' | 'refuse'> & {
  /** It has been out before: it goes to the front, however long the queue is. */
  readonly again: boolean;
};

export type WaitingRoom = {
  /** Null when the call was refused at once. */
  enter(wish: Wish): Waiter | null;
  /** Takes a call out for good: its caller has gone, or it goes out to the vendor. */
  remove(waiter: Waiter): void;
  /** Takes a call from the queue while grants are asked for it: it may still lose patience. */
  callUp(waiter: Waiter): void;
  /** To the front again, in this order. */
  putBack(waiters: readonly Waiter[]): void;
  /** The lane opens later than was thought: those who cannot wait as long are refused. */
  reconsider(lane: Lane): void;
};

export type WaitingRoomDeps = {
  readonly clock: Clock;
  readonly account: QuotaAccount;
  /** Calls served in a second while all slots are in use; null when there are free ones or nobody knows. */
  readonly servedPerSecond: () => number | null;
};

const countOf = (lanes: readonly Lane[], callClass: CallClass): number =>
  lanes.reduce((sum, lane) => sum + lane.queues[callClass].length, 0);

const waitedOf = ({ callClass, limitAtMs, sinceMs, lane }: Waiter): Waited => ({
  callClass,
  limitAtMs,
  sinceMs: Math.max(sinceMs, lane.heldUntilMs),
  opensAtMs: opensAtMs(lane),
});

const callUp = (waiter: Waiter): void => {
  const queue = waiter.lane.queues[waiter.callClass];
  const place = queue.indexOf(waiter);
  if (place !== -1) queue.splice(place, 1);
};

const remove = (waiter: Waiter): void => {
  waiter.gone = true;
  waiter.stopTimer();
  callUp(waiter);
};

export const createWaitingRoom = (lanes: Lanes, deps: WaitingRoomDeps): WaitingRoom => {
  const { account, clock } = deps;

  const quotaQueue = ({ lane, callClass, cost }: Waiter): Queue => {
    const rates = lane.quotas.flatMap((quota) => {
      const { ratePerSecond } = account.view(quota);
      return ratePerSecond === null ? [] : [ratePerSecond / Math.max(1, costOf(cost, quota))];
    });
    return {
      ahead: lane.queues[callClass].length,
      share: shareOf(callClass, (name) => lane.queues[name].length > 0),
      perSecond: lane.scarce && rates.length > 0 ? Math.min(...rates) : null,
    };
  };

  const slotQueue = ({ callClass }: Waiter): Queue => {
    const open = lanes.all().filter((lane) => opensAtMs(lane) <= clock.now());
    return {
      ahead: countOf(open, callClass),
      share: shareOf(callClass, (name) => countOf(open, name) > 0),
      perSecond: deps.servedPerSecond(),
    };
  };

  const refusalOf = (waiter: Waiter): Refusal | null =>
    refusalAtArrival({
      callClass: waiter.callClass,
      leftMs: waiter.limitAtMs - clock.now(),
      opensInMs: Math.max(0, opensAtMs(waiter.lane) - clock.now()),
      quota: quotaQueue(waiter),
      slots: slotQueue(waiter),
      waiting: countOf(lanes.all(), waiter.callClass),
    });

  /** Refuses a call that must not wait on, and tells whether it did. */
  const refuseLate = (waiter: Waiter): boolean => {
    const refusal = refusalWhileWaiting(waitedOf(waiter), clock.now());
    if (refusal === null) return false;
    remove(waiter);
    waiter.refuse(refusal);
    return true;
  };

  const watch = (waiter: Waiter): void => {
    if (waiter.gone || refuseLate(waiter)) return;
    const endsAtMs = patienceEndsAtMs(waitedOf(waiter));
    if (endsAtMs < Number.POSITIVE_INFINITY)
      waiter.stopTimer = after(clock, endsAtMs - clock.now(), () => watch(waiter));
  };

  return {
    enter: ({ again, ...wish }) => {
      const waiter: Waiter = {
        ...wish,
        sinceMs: Math.max(clock.now(), opensAtMs(wish.lane)),
        gone: false,
        stopTimer: () => undefined,
      };
      const refusal = again ? null : refusalOf(waiter);
      if (refusal) {
        waiter.refuse(refusal);
        return null;
      }
      const queue = wish.lane.queues[wish.callClass];
      if (again) queue.unshift(waiter);
      else queue.push(waiter);
      watch(waiter);
      return waiter;
    },
    remove,
    callUp,
    putBack: (waiters) => {
      for (const waiter of waiters.toReversed()) {
        if (!waiter.gone) waiter.lane.queues[waiter.callClass].unshift(waiter);
      }
    },
    reconsider: (lane) => {
      for (const name of CALL_CLASSES) for (const waiter of [...lane.queues[name]]) refuseLate(waiter);
    },
  };
};
