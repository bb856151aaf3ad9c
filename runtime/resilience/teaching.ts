/** What the vendor says about its limits in its answers: passed on to the quotas, and obeyed at once. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Lane, Lanes } from './lanes.ts';
import type { QuotaLesson } from './quota/laws.ts';
import type { Quota } from './quota/quota.ts';
import { type Cost, costOf, type QuotaAccount } from './quota-account.ts';
import { untoldHoldMs } from './repeating.ts';
import { after } from './timer.ts';
import type { VendorSignals } from './upstream.ts';

export type Teaching = {
  /** Takes in the answer to a call of this lane that was sent at `sentAtMs`. */
  heard(lane: Lane, cost: Cost, signals: VendorSignals, sentAtMs: number): void;
};

/** The lesson for one quota; null when the answer says nothing of it. `holdMs` follows from a refusal. */
const lessonOf = (signals: VendorSignals, quota: Quota, cost: Cost, holdMs: number | null): QuotaLesson | null => {
  const limit = signals.limits?.[quota.name];
  const available = signals.available?.[quota.name];
  const spent = signals.spent?.[quota.name];
  const says = {
    ...(holdMs === null ? {} : { holdMs }),
    ...(limit?.ratePerSecond === undefined ? {} : { ratePerSecond: limit.ratePerSecond }),
    ...(limit?.burst === undefined ? {} : { burst: limit.burst }),
    ...(available === undefined ? {} : { available }),
    ...(spent === undefined ? {} : { correction: spent - costOf(cost, quota) }),
  };
  return Object.keys(says).length === 0 ? null : { throttled: signals.throttled && holdMs !== null, ...says };
};

export const createTeaching = (
  lanes: Lanes,
  deps: {
    readonly clock: Clock;
    readonly ids: Ids;
    readonly account: QuotaAccount;
    readonly dispatcher: Pick<Dispatcher, 'hold'>;
    /** A hold has begun or ended. */
    readonly changed: () => void;
  },
): Teaching => {
  const { account, clock, dispatcher, ids } = deps;

  /** How long to hold from now on; null when that is over: the answer to a call from before another refusal is late. */
  const holdMsOf = (lane: Lane, { holdMs }: VendorSignals, sentAtMs: number): number | null => {
    const nowMs = clock.now();
    if (sentAtMs < lane.refusedAtMs) {
      const restMs = Math.max(holdMs ?? 0, lane.heldUntilMs - nowMs);
      return restMs > 0 ? restMs : null;
    }
    lane.refusals += 1;
    lane.refusedAtMs = nowMs;
    return holdMs ?? untoldHoldMs(lane.refusals, ids.random());
  };

  const hold = (lane: Lane, untilMs: number): void => {
    if (untilMs <= lane.heldUntilMs) return;
    dispatcher.hold(lanes.drawingOn(lane.quotas), untilMs);
    deps.changed();
    after(clock, untilMs - clock.now(), deps.changed);
  };

  return {
    heard: (lane, cost, signals, sentAtMs) => {
      const holdMs = signals.throttled ? holdMsOf(lane, signals, sentAtMs) : null;
      if (!signals.throttled && sentAtMs >= lane.refusedAtMs) lane.refusals = 0;
      for (const quota of lane.quotas) {
        const lesson = lessonOf(signals, quota, cost, holdMs);
        if (lesson) account.learn(quota, lesson);
      }
      if (holdMs !== null) hold(lane, clock.now() + holdMs);
    },
  };
};
