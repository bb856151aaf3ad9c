/**
 * Polls every stream of a connection and hands what it says to the sink. The watermark lives with the sink and moves
 * only in the transaction that stores the changes, so a crash between reading and storing loses nothing.
 */
import type { ChangeSink } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { PolledChanges, PolledStream } from '#model/inlet.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';

export type PollerOptions = {
  readonly system: SystemKind;
  readonly connection: string;
  readonly streams: readonly PolledStream[];
};
export type PollerDeps = {
  readonly sink: ChangeSink;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

/** A quiet stream still proves that it was asked: freshness rests on it. Told at most this often. */
const CONTACT_EVERY_MS = 5_000;
const FIRST_BACK_OFF_MS = 250;
const LONGEST_BACK_OFF_MS = 30_000;

const backOffMs = (failures: number, ids: Ids): number =>
  Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** failures) * (0.5 + ids.random() / 2);

const pollStream = async (
  options: PollerOptions,
  stream: PolledStream,
  deps: PollerDeps,
  signal: AbortSignal,
  onComplete: () => void,
): Promise<void> => {
  const { sink, clock, ids } = deps;
  const log = deps.log.child({ connection: options.connection, stream: stream.name });
  let watermark: string | null = null;
  let restored = false;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let failures = 0;

  const tell = async (polled: PolledChanges, correlationId: string): Promise<void> => {
    const nothingNew = polled.changes.length === 0 && polled.rejected.length === 0 && polled.watermark === watermark;
    if (nothingNew && clock.now() - toldAtMs < CONTACT_EVERY_MS) return;
    await sink.accept(
      {
        system: options.system,
        connection: options.connection,
        correlationId,
        observedAt: isoOf(clock.now()),
        watermark: {
          stream: stream.name,
          value: polled.watermark,
          complete: !polled.more,
          streams: options.streams.map(({ name }) => name),
        },
        changes: polled.changes,
        rejected: polled.rejected,
      },
      signal,
    );
    toldAtMs = clock.now();
    watermark = polled.watermark;
    if (!polled.more) onComplete();
  };

  while (!signal.aborted) {
    try {
      if (!restored) {
        watermark = await sink.watermark(options.connection, stream.name, signal);
        restored = true;
      }
      const correlationId = ids.uuid();
      const polled = await stream.poll(watermark, { signal, callClass: 'BACKGROUND', correlationId });
      await tell(polled, correlationId);
      failures = 0;
      if (!polled.more) await clock.delay(stream.intervalMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const waitMs = backOffMs(failures, ids);
      log.warn(
        { error: error instanceof Error ? error.message : String(error), failures, waitMs: Math.round(waitMs) },
        'poll failed',
      );
      await clock.delay(waitMs, signal).catch(() => undefined);
    }
  }
};

export type Polling = AsyncDisposable & {
  /** Streams that have not told everything they knew at least once since this process started. */
  pending(): readonly string[];
};

/** Starts polling; disposing stops it after the step in flight. */
export const startPolling = (options: PollerOptions, deps: PollerDeps): Polling => {
  const stop = new AbortController();
  const pending = new Set(options.streams.map(({ name }) => name));
  const running = options.streams.map((stream) =>
    pollStream(options, stream, deps, stop.signal, () => pending.delete(stream.name)).catch(() => undefined),
  );
  return {
    pending: () => [...pending],
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error('polling stops'));
      await Promise.all(running);
    },
  };
};
