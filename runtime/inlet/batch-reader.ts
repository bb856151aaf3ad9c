/**
 * Reads that callers of the same moment share: however many ask, the vendor sees one request per batch. Nothing is
 * cached past the moment.
 */
import DataLoader from 'dataloader';
import type { CallClass, CallOptions } from '#model/call.ts';

const URGENCY: readonly CallClass[] = ['CHECKOUT', 'DETAIL', 'BROWSE', 'BACKGROUND'];

/** When the last of them has to have its answer; never while one of them has no deadline. */
const latestOf = (calls: readonly CallOptions[]): number | undefined => {
  const deadlines = calls.flatMap(({ deadlineMs }) => deadlineMs ?? []);
  return deadlines.length === calls.length ? Math.max(...deadlines) : undefined;
};

/** One call on behalf of several: as urgent as the most urgent, given up only when all have given up or run out of time. */
export const joinCalls = (calls: readonly [CallOptions, ...CallOptions[]]): CallOptions => {
  const [{ correlationId, signal }] = calls;
  const signals = [...new Set(calls.map((call) => call.signal))];
  const callClass = URGENCY.find((urgency) => calls.some((call) => call.callClass === urgency)) ?? calls[0].callClass;
  const deadlineMs = latestOf(calls);
  const joined = { callClass, correlationId, ...(deadlineMs === undefined ? {} : { deadlineMs }) };
  if (signals.length === 1) return { ...joined, signal };
  const together = new AbortController();
  const giveUp = (): void => {
    if (signals.every(({ aborted }) => aborted)) together.abort(signal.reason);
  };
  for (const each of signals) each.addEventListener('abort', giveUp, { once: true });
  giveUp();
  return { ...joined, signal: together.signal };
};

export type BatchReader<Key, Value> = (key: Key, call: CallOptions) => Promise<Value>;

/** `nameOf` tells equal keys; `read` gets each key once and answers by name. Keys it leaves out read as `absent`. */
export const createBatchReader = <Key, Value>(options: {
  readonly maxBatchSize: number;
  readonly nameOf: (key: Key) => string;
  readonly read: (keys: readonly Key[], call: CallOptions) => Promise<ReadonlyMap<string, Value>>;
  readonly absent: Value;
}): BatchReader<Key, Value> => {
  type Asked = { readonly key: Key; readonly call: CallOptions };
  const loader = new DataLoader<Asked, Value>(
    async (asked) => {
      const [first, ...others] = asked;
      if (first === undefined) return [];
      const keys = new Map(asked.map(({ key }) => [options.nameOf(key), key]));
      const call = joinCalls([first.call, ...others.map((other) => other.call)]);
      const found = await options.read([...keys.values()], call);
      return asked.map(({ key }) => found.get(options.nameOf(key)) ?? options.absent);
    },
    { cache: false, maxBatchSize: options.maxBatchSize },
  );
  return (key, call) => loader.load({ key, call });
};
