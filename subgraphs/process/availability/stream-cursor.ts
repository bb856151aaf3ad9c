/** A stream's cursor: how far the journal was contained, and what the client holds. Authenticated by the journal. */
import { Failure } from '#runtime/failure.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import { AVAILABILITY_CHANNEL } from './announce.ts';
import { type Held, nothingHeld, readHeld, writeHeld } from './held.ts';
import type { Projection } from './projection.ts';

export type StreamStart = {
  readonly held: Held;
  /** Entries that are no longer held between the cursor and now: null when nobody knows how many, 0 when none. */
  readonly missed: number | null;
};

type Deps = { readonly projection: Projection; readonly journal: Journal };

export const writeCursor = (key: string, held: Held, { projection, journal }: Deps): string =>
  journal.encodeCursor({
    channel: `${AVAILABILITY_CHANNEL};${key};${writeHeld(held)}`,
    epoch: projection.epoch,
    position: projection.position,
  });

/** Reads a cursor for this question. One of another question is good for nothing but the position: all is told anew. */
export const readCursor = async (
  after: string,
  key: string,
  skus: readonly string[],
  { projection, journal }: Deps,
  signal: AbortSignal,
): Promise<StreamStart> => {
  const at = journal.decodeCursor(after);
  const [stream, cursorKey, codes = ''] = at.channel.split(';');
  if (stream !== AVAILABILITY_CHANNEL)
    throw new Failure('CURSOR_INVALID', 'after: this cursor belongs to another stream.', { field: 'after' });
  const held = (cursorKey === key ? readHeld(codes, skus) : null) ?? nothingHeld(skus);
  const head = await journal.head(AVAILABILITY_CHANNEL);
  // Another epoch, or beyond the head: issued before a restore that lost history.
  if (at.epoch !== head.epoch || at.position > head.position) return { held, missed: null };
  // The cursor may come from a replica that is a moment ahead of this one.
  await projection.reached(at.position, signal);
  return { held, missed: Math.max(0, head.oldest - 1 - at.position) };
};
