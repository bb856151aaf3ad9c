/** Where a stream starts: from the state, or from a cursor if what happened since can still be told. */
import { Failure } from '#runtime/failure.ts';
import type { CursorPosition, Journal } from '#runtime/journal/journal.ts';
import { AVAILABILITY_CHANNEL, type AvailabilityPayload } from './applier.ts';
import type { Question, StockStatus } from './assessment.ts';
import type { Projection } from './projection.ts';

export type StreamStart =
  | { readonly kind: 'state' }
  /** The SKUs that changed since, with the word before their first change where the journal knows it. */
  | { readonly kind: 'resumed'; readonly after: number; readonly changed: ReadonlyMap<string, StockStatus | null> }
  /** `missed` entries can no longer be told; null when nobody knows how many. */
  | { readonly kind: 'lagged'; readonly missed: number | null };

type Asked = { readonly skus: readonly string[]; readonly question: Question; readonly after: string | null };
type Deps = { readonly projection: Projection; readonly journal: Journal };

const READ_AT_ONCE = 500;
/** Reading more than this to resume costs more than sending the state again. */
const LONGEST_REPLAY = 20_000;

const positionOf = (after: string, journal: Journal): CursorPosition => {
  const at = journal.decodeCursor(after);
  if (at.channel === AVAILABILITY_CHANNEL) return at;
  throw new Failure('CURSOR_INVALID', 'after: this cursor belongs to another stream.', { field: 'after' });
};

/**
 * The journal tells which channels saw a change. A request for certain locations may have seen one that its channel as a
 * whole did not, so there every entry counts and the word before is not known.
 */
const changedSince = async (
  { skus, question }: Asked,
  after: number,
  upTo: number,
  journal: Journal,
): Promise<ReadonlyMap<string, StockStatus | null>> => {
  const asked = new Set(skus);
  const changed = new Map<string, StockStatus | null>();
  for (let at = after; at < upTo; ) {
    const entries = await journal.read(AVAILABILITY_CHANNEL, at, Math.min(READ_AT_ONCE, upTo - at));
    for (const { subject, payload } of entries) {
      if (!asked.has(subject) || changed.has(subject)) continue;
      if (question.onlyAt !== null) changed.set(subject, null);
      else {
        const seen = (payload as AvailabilityPayload).channels[question.channel];
        if (seen) changed.set(subject, seen.previousStatus);
      }
    }
    at = entries.at(-1)?.position ?? upTo;
  }
  return changed;
};

export const startStream = async (
  asked: Asked,
  { projection, journal }: Deps,
  signal: AbortSignal,
): Promise<StreamStart> => {
  if (asked.after === null) return { kind: 'state' };
  const at = positionOf(asked.after, journal);
  if (at.epoch !== projection.epoch) return { kind: 'lagged', missed: null };
  const head = await journal.head(AVAILABILITY_CHANNEL);
  // Beyond the head: issued before a restore that lost the tail of the history.
  if (at.position > head.position) return { kind: 'lagged', missed: null };
  // The cursor may come from a replica that is a moment ahead of this one.
  await projection.reached(at.position, signal);
  const upTo = projection.position;
  if (at.position + 1 < head.oldest || upTo - at.position > LONGEST_REPLAY)
    return { kind: 'lagged', missed: upTo - at.position };
  return { kind: 'resumed', after: at.position, changed: await changedSince(asked, at.position, upTo, journal) };
};
