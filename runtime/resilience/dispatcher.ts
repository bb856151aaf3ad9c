/**
 * Decides which waiting call goes out next. A call takes its slot and its grants together and goes out at once: a slot
 * is never kept for a call whose quota is closed, nor a grant for a call that has no slot.
 */
import type { CallClass } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { type Lane, type Lanes, opensAtMs, type Waiter, waitingIn } from './lanes.ts';
import type { QuotaAccount } from './quota-account.ts';
import { afterServing, CALL_CLASSES, NO_TURNS, nextClass, type Turns } from './shares.ts';
import { createWaitingRoom, type Wish } from './waiting-room.ts';

export type DispatcherDeps = {
  readonly clock: Clock;
  readonly account: QuotaAccount;
  /** Most calls that may be out now, given those that are. */
  readonly slots: (out: number) => number;
  /** The most urgent one is wanted, whatever the shares are. */
  readonly urgentOnly: () => boolean;
  /** Calls answered in a second while all slots are in use; null while nobody knows. */
  readonly servedPerSecond: () => number | null;
};

export type Dispatcher = {
  /** Queues a call, or calls its `refuse` at once. The returned function takes it out again. */
  enter(wish: Wish): () => void;
  /** A call that was started has come back. */
  left(): void;
  /** Nothing goes out on these lanes before then; whoever cannot wait as long is refused. */
  hold(lanes: readonly Lane[], untilMs: number): void;
  /** Takes out all that wait, for somebody else to refuse. */
  clear(): readonly Waiter[];
  readonly waiting: number;
  readonly out: number;
};

/** What has been picked from a lane, and its turns after that. */
type Picked = { readonly waiters: readonly Waiter[]; readonly turns: Turns };

/** Longest sleep in one go, in milliseconds: timers have bounds. */
const LONGEST_SLEEP_MS = 3_600_000;

export const createDispatcher = (lanes: Lanes, deps: DispatcherDeps): Dispatcher => {
  const { account, clock } = deps;
  /** Calls for which grants are being asked: each holds a slot. */
  const asked = new Set<Waiter>();
  let turns: Turns = NO_TURNS;
  let out = 0;
  let alarm: { readonly atMs: number; readonly stop: AbortController } | null = null;

  const room = (): number => deps.slots(out) - out - asked.size;
  const waitingRoom = createWaitingRoom(lanes, {
    clock,
    account,
    servedPerSecond: () => (room() > 0 ? null : deps.servedPerSecond()),
  });

  /** The next call to ask grants for, given the turns so far and what has been picked already. */
  const pick = (sofar: Turns, picked: ReadonlyMap<Lane, Picked>, free: number): Waiter | null => {
    const ready = lanes
      .all()
      .filter(
        (lane) =>
          !lane.asking &&
          opensAtMs(lane) <= clock.now() &&
          (picked.get(lane)?.waiters.length ?? 0) < lane.mostAsked &&
          waitingIn(lane) > 0,
      );
    const urgentOnly = deps.urgentOnly();
    // Where slots are short they are shared out between classes; where quotas are, each lane shares out its own.
    const offers = (lane: Lane, name: CallClass): boolean =>
      urgentOnly || free < ready.length
        ? lane.queues[name].length > 0
        : nextClass(picked.get(lane)?.turns ?? lane.turns, (other) => lane.queues[other].length > 0) === name;
    const offered = (name: CallClass): boolean => ready.some((lane) => offers(lane, name));
    const callClass = urgentOnly ? CALL_CLASSES.find(offered) : nextClass(sofar, offered);
    if (callClass == null) return null;
    return ready
      .filter((lane) => offers(lane, callClass))
      .flatMap((lane) => lane.queues[callClass].slice(0, 1))
      .reduce<Waiter | null>((first, head) => (first && first.arrival < head.arrival ? first : head), null);
  };

  /** Sends out those that still may go, and returns the others, whose grants are given back. */
  const start = (lane: Lane, waiters: readonly Waiter[]): readonly Waiter[] =>
    waiters.filter((waiter) => {
      const tooLate = waiter.gone || waiter.limitAtMs <= clock.now();
      if (tooLate || lane.heldUntilMs > clock.now() || out >= deps.slots(out)) {
        account.giveBack(lane.quotas, waiter.cost);
        return true;
      }
      waitingRoom.remove(waiter);
      lane.turns = afterServing(lane.turns, waiter.callClass);
      turns = afterServing(turns, waiter.callClass);
      out += 1;
      waiter.start();
      return false;
    });

  const ask = async (lane: Lane, waiters: readonly Waiter[]): Promise<void> => {
    const costs = waiters.map(({ cost }) => cost);
    const { granted, waitMs } = await account.take(lane.quotas, costs);
    for (const waiter of waiters) asked.delete(waiter);
    lane.asking = false;
    const kept = start(lane, waiters.slice(0, granted));
    const refused = waiters.slice(granted);
    waitingRoom.putBack([...kept, ...refused]);
    lane.scarce = waitMs !== null;
    lane.mostAsked = waitMs === null ? lane.mostAsked * 2 : granted + 1;
    if (waitMs !== null) {
      lane.openAtMs = clock.now() + waitMs;
      const [first] = refused;
      if (first) first.sinceMs = Math.max(first.sinceMs, lane.openAtMs);
    }
    waitingRoom.reconsider(lane);
    move();
  };

  const wakeAt = (atMs: number): void => {
    if (alarm?.atMs === atMs) return;
    alarm?.stop.abort();
    alarm = null;
    if (atMs === Number.POSITIVE_INFINITY) return;
    const mine = { atMs, stop: new AbortController() };
    alarm = mine;
    const sleepMs = Math.min(LONGEST_SLEEP_MS, Math.max(0, Math.ceil(atMs - clock.now())));
    clock.delay(sleepMs, mine.stop.signal).then(
      () => {
        if (alarm !== mine) return;
        alarm = null;
        move();
      },
      () => undefined,
    );
  };

  /**
   * Sleeps until the next lane opens. One that has opened meanwhile is due at once: time goes on between the last look
   * and this one, and nobody else would come back to it. Unless it is a slot that it waits for, which `left` tells.
   */
  const wakeForNext = (): void => {
    const idle = lanes.all().filter((lane) => !lane.asking && waitingIn(lane) > 0);
    const due = idle.filter((lane) => opensAtMs(lane) > clock.now() || room() > 0);
    wakeAt(Math.min(...due.map(opensAtMs)));
  };

  /** Asks grants for whatever has a slot and may be granted now. */
  const move = (): void => {
    const picked = new Map<Lane, Picked>();
    let sofar = turns;
    for (let free = room(); free > 0; free -= 1) {
      const waiter = pick(sofar, picked, free);
      if (waiter === null) break;
      const { callClass, lane } = waiter;
      waitingRoom.callUp(waiter);
      asked.add(waiter);
      const before = picked.get(lane) ?? { waiters: [], turns: lane.turns };
      picked.set(lane, { waiters: [...before.waiters, waiter], turns: afterServing(before.turns, callClass) });
      sofar = afterServing(sofar, callClass);
    }
    for (const [lane, { waiters }] of picked) {
      lane.asking = true;
      void ask(lane, waiters);
    }
    wakeForNext();
  };

  return {
    enter: (wish) => {
      const waiter = waitingRoom.enter(wish);
      if (waiter === null) return () => undefined;
      move();
      return () => {
        waitingRoom.remove(waiter);
        wakeForNext();
      };
    },
    left: () => {
      out -= 1;
      move();
    },
    hold: (held, untilMs) => {
      for (const lane of held) {
        lane.heldUntilMs = Math.max(lane.heldUntilMs, untilMs);
        lane.scarce = true;
        waitingRoom.reconsider(lane);
      }
      wakeForNext();
    },
    clear: () => {
      const queued = lanes.all().flatMap((lane) => CALL_CLASSES.flatMap((name) => lane.queues[name]));
      const all = [...asked, ...queued].filter(({ gone }) => !gone);
      for (const waiter of all) waitingRoom.remove(waiter);
      wakeForNext();
      return all;
    },
    get waiting() {
      return lanes.all().reduce((sum, lane) => sum + waitingIn(lane), asked.size);
    },
    get out() {
      return out;
    },
  };
};
