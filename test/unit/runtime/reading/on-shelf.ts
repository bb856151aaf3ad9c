/** A reader over a system in a test's hands, on the virtual clock. */
import type { CallOptions } from '#model/call.ts';
import { Failure } from '#runtime/failure.ts';
import { createLog, type Log, silentLog } from '#runtime/log.ts';
import type { ReaderOptions, Reading, ReadingCall, ReadingObservation } from '#runtime/reading/reading.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';

export const FRESH_MS = 60_000;
export const BOUND_MS = 600_000;
export const ABSENT_MS = 5_000;
export const WINDOW_MS = 5;
export const FLIGHT_MS = 10_000;

const ids = { uuid: () => 'u', random: () => 0, token: () => 't' };
export const down = new Failure('UPSTREAM_UNAVAILABLE', 'down');
export const refused = new Failure('UPSTREAM_REFUSED', 'no such thing');

export const call = (over: Partial<ReadingCall> = {}): ReadingCall => ({
  signal: new AbortController().signal,
  callClass: 'DETAIL',
  correlationId: 'c',
  ...over,
});

type Answer = readonly (string | null)[];

export const onShelf = (over: Partial<ReaderOptions<string, string>> = {}, log: Log = silentLog) => {
  const clock = createTestClock();
  const asked: { readonly keys: readonly string[]; readonly call: CallOptions; readonly atMs: number }[] = [];
  const observed: ReadingObservation[] = [];
  /** Every key is answered with itself at once, until a test says otherwise. */
  const system = { answer: async (keys: readonly string[]): Promise<Answer> => keys };
  const shelf = createShelf(
    { connection: 'erp-main' },
    { clock, ids, log, observe: (observation) => observed.push(observation) },
  );
  const reader = shelf.reader<string, string>({
    name: 'variant',
    nameOf: (key) => key,
    tagsOf: (key) => [`variant:${key}`],
    scope: 'system',
    lifetime: { freshMs: FRESH_MS, boundMs: BOUND_MS, absentMs: ABSENT_MS },
    maxEntries: 100,
    batch: { maxKeys: 10, windowMs: WINDOW_MS },
    flightMs: FLIGHT_MS,
    fetch: (keys, fetchCall) => {
      asked.push({ keys, call: fetchCall, atMs: clock.now() });
      return system.answer(keys);
    },
    ...over,
  });
  /** Reads and lets the window of its batch pass. */
  const readNow = async (key: string, readCall = call()): Promise<Reading<string>> => {
    const reading = reader.read(key, readCall);
    reading.catch(() => {});
    await clock.advance(WINDOW_MS);
    return reading;
  };
  return { clock, shelf, reader, system, asked, observed, readNow, keysAsked: () => asked.map(({ keys }) => keys) };
};

/** Answers after `ms`. */
export const delayed =
  (clock: TestClock, ms: number, answer: (keys: readonly string[]) => Answer = (keys) => keys) =>
  async (keys: readonly string[]): Promise<Answer> => {
    const told = answer(keys);
    await clock.delay(ms);
    return told;
  };

export const refusing =
  (...poisoned: readonly string[]) =>
  async (keys: readonly string[]): Promise<Answer> => {
    if (keys.some((key) => poisoned.includes(key))) throw refused;
    return keys;
  };

export const recordedLog = (): { readonly log: Log; readonly lines: Record<string, unknown>[] } => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ name: 'test', level: 'silent' });
  log.warn = (fields: object) => lines.push({ ...fields });
  return { log, lines };
};
