/**
 * The time limits of operations that are being executed, watched by one look every few milliseconds instead of a timer
 * for each.
 */
import type { Clock } from '#runtime/clock.ts';

export type Watched = {
  /** When the work has to be done; what is there then is the answer. */
  readonly workEndsMs: number;
  /** When the caller is answered, whatever there is. */
  readonly answerEndsMs: number;
  isGone(): boolean;
  /** The time for the work is up, or the caller has gone. Called once. */
  endWork(): void;
  /** Work that does not end with its time. Called once, and nothing afterwards. */
  answerLate(): void;
};

export type Deadlines = {
  watch(watched: Watched): void;
  /** False when it has been answered late already. */
  forget(watched: Watched): boolean;
  stop(): void;
};

const LOOK_EVERY_MS = 5;
const QUIET_LOOKS_TO_REST = 20;

export const createDeadlines = (clock: Clock): Deadlines => {
  /** Whether the work of each has been ended. */
  const open = new Map<Watched, boolean>();
  let quietLooks = 0;
  let stopLooking: (() => void) | null = null;

  const rest = (): void => {
    stopLooking?.();
    stopLooking = null;
  };

  const look = (): void => {
    const nowMs = clock.now();
    for (const [watched, isEnded] of open) {
      if (!isEnded && (nowMs >= watched.workEndsMs || watched.isGone())) {
        open.set(watched, true);
        watched.endWork();
      }
      if (nowMs < watched.answerEndsMs || !open.has(watched)) continue;
      open.delete(watched);
      watched.answerLate();
    }
    quietLooks = open.size > 0 ? 0 : quietLooks + 1;
    if (quietLooks >= QUIET_LOOKS_TO_REST) rest();
  };

  return {
    watch: (watched) => {
      open.set(watched, false);
      quietLooks = 0;
      stopLooking ??= clock.every(LOOK_EVERY_MS, look);
    },
    forget: (watched) => open.delete(watched),
    stop: rest,
  };
};
