/** Whether the systems behind an order are being heard. Pure. */
import type { SystemKind } from '#model/identifiers.ts';
import type { OrderState } from '#model/order/state.ts';
import { isoOf } from '#runtime/clock.ts';

export type Freshness = 'LIVE' | 'FRESH' | 'STALE' | 'PARTIAL' | 'UNKNOWN';

export type FreshnessPolicy = {
  /** Heard within this counts as just now. */
  readonly liveWithinMs: number;
  /** Silence after which a system counts as missing. */
  readonly missingAfterMs: Readonly<Record<SystemKind, number>>;
};

/** `contacts`: when each connection was last heard, in milliseconds since the epoch. */
export const freshnessOf = (
  state: OrderState,
  contacts: ReadonlyMap<string, number>,
  policy: FreshnessPolicy,
  nowMs: number,
): { readonly freshness: Freshness; readonly asOf: string | null } => {
  const sources = new Map(state.documents.map(({ connection, system }) => [connection, system]));
  const heard = [...sources].flatMap(([connection, system]) => {
    const atMs = contacts.get(connection);
    return atMs === undefined ? [] : [{ system, atMs }];
  });
  if (heard.length === 0) return { freshness: 'UNKNOWN', asOf: null };
  const asOf = isoOf(Math.min(...heard.map(({ atMs }) => atMs)));
  const present = heard.filter(({ system, atMs }) => nowMs - atMs <= policy.missingAfterMs[system]);
  if (present.length === 0) return { freshness: 'STALE', asOf };
  if (present.length < sources.size) return { freshness: 'PARTIAL', asOf };
  return { freshness: heard.every(({ atMs }) => nowMs - atMs <= policy.liveWithinMs) ? 'LIVE' : 'FRESH', asOf };
};
