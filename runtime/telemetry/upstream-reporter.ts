/**
 * Tells the process layer how calls to vendors are going: every few seconds, and at once when a circuit or a hold
 * changes. One report is under way at a time and none is kept: what could not be told is replaced by what is true next.
 */
import type { SystemKind } from '#model/identifiers.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { openTimeBudget } from '#runtime/graphql/time-budget.ts';
import type { Log } from '#runtime/log.ts';
import type { GovernorReport, ReadingReport, UpstreamReport } from '#runtime/resilience/report.ts';

export type UpstreamReporterOptions = {
  readonly system: SystemKind;
  /** Names the running process. */
  readonly replica: string;
  /** Where reports are taken, e.g. "http://127.0.0.1:4005/health/upstreams". */
  readonly reportUrl: string;
  /** Time between two reports while nothing changes, in milliseconds. */
  readonly everyMs?: number;
};

export type ReportedConnection = {
  readonly connection: string;
  readonly vendor: string;
  report(): GovernorReport;
  /** Calls `listener` when a circuit or a hold changed, until the returned function is called. */
  onChange(listener: () => void): () => void;
  readonly shelf: { report(): ReadingReport };
};

export type UpstreamReporterDeps = {
  readonly connections: readonly ReportedConnection[];
  /** Authorization header value of a service token with the scope health:write. */
  readonly authorization: () => Promise<string>;
  readonly fetch?: typeof fetch;
  readonly clock: Clock;
  readonly log: Log;
};

const EVERY_MS = 5_000;
/** Changes that come together are told together. */
const SOONEST_MS = 250;
const TIMEOUT_MS = 5_000;

export const startUpstreamReporter = (
  options: UpstreamReporterOptions,
  deps: UpstreamReporterDeps,
): AsyncDisposable => {
  const { system, replica, reportUrl, everyMs = EVERY_MS } = options;
  const { connections, clock, log } = deps;
  const send = deps.fetch ?? fetch;
  const stop = new AbortController();
  let changed = false;
  let wake: () => void = () => undefined;
  let failing = false;

  const reports = (): readonly UpstreamReport[] =>
    connections.map(({ connection, vendor, report, shelf }) => ({
      connection,
      system,
      vendor,
      replica,
      at: isoOf(clock.now()),
      governor: report(),
      readings: shelf.report(),
    }));

  /** Resolves with why it failed, or null. */
  const post = async (): Promise<string | null> => {
    using budget = openTimeBudget(TIMEOUT_MS, stop.signal, clock);
    try {
      const response = await send(reportUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: await deps.authorization() },
        body: JSON.stringify(reports()),
        signal: budget.signal,
      });
      const text = await response.text();
      return response.ok ? null : `HTTP ${response.status}: ${text.slice(0, 300)}`;
    } catch (error) {
      return String(error);
    }
  };

  const tell = async (): Promise<void> => {
    changed = false;
    const failure = await post();
    if (stop.signal.aborted || failing === (failure !== null)) return;
    failing = failure !== null;
    if (failing) log.warn({ error: failure }, 'reports on calls to vendors are not taken; system health shows silence');
    else log.info({}, 'reports on calls to vendors are taken again');
  };

  /** Until the next report is due, or something changed. */
  const pause = async (): Promise<void> => {
    await clock.delay(SOONEST_MS, stop.signal).catch(() => undefined);
    if (changed || stop.signal.aborted) return;
    const woken = new AbortController();
    wake = () => woken.abort();
    await clock.delay(everyMs - SOONEST_MS, woken.signal).catch(() => undefined);
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await tell();
      await pause();
    }
  };

  const unlisten = connections.map(({ onChange }) =>
    onChange(() => {
      changed = true;
      wake();
    }),
  );
  const running = run();
  return {
    [Symbol.asyncDispose]: async () => {
      for (const leave of unlisten) leave();
      stop.abort(new Error('reporting stops'));
      wake();
      await running;
    },
  };
};
