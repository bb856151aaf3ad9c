/** Where a stream resumes: what a cursor means against the journal as it stands. */
import { Failure } from '#runtime/failure.ts';
import type { Journal, JournalHead } from '#runtime/journal/journal.ts';

export type ResumePoint = {
  readonly after: number;
  /** What can no longer be told, where something cannot. */
  readonly lagged: { readonly missed: number | null } | null;
};

const foreign = (): Failure =>
  new Failure(
    'CURSOR_INVALID',
    'after: this cursor belongs to another stream. Send one that this stream gave, or none to start with a snapshot.',
    {
      field: 'after',
    },
  );

/** A channel's cursor against the channel's head. */
export const resumePoint = (cursor: string, channel: string, head: JournalHead, journal: Journal): ResumePoint => {
  const at = journal.decodeCursor(cursor);
  if (at.channel !== channel) throw foreign();
  // Another epoch, or beyond the head: issued before a restore that lost the tail of the history.
  if (at.epoch !== head.epoch || at.position > head.position) return { after: head.position, lagged: { missed: null } };
  if (at.position + 1 < head.oldest)
    return { after: head.oldest - 1, lagged: { missed: head.oldest - 1 - at.position } };
  return { after: at.position, lagged: null };
};

/** A feed of several channels has one cursor: theirs, in the order of their names. */
const SEPARATOR = '~';
export const MAX_FEED_CHANNELS = 5;

export type FeedPositions = ReadonlyMap<string, { readonly epoch: string; readonly position: number }>;

export const feedCursor = (positions: FeedPositions, journal: Journal): string =>
  [...positions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([channel, at]) => journal.encodeCursor({ channel, ...at }))
    .join(SEPARATOR);

/** The cursor of each channel of a feed's cursor; it must be of exactly these channels. */
export const splitFeedCursor = (
  cursor: string,
  channels: readonly string[],
  journal: Journal,
): ReadonlyMap<string, string> => {
  const parts = new Map(cursor.split(SEPARATOR).map((part) => [journal.decodeCursor(part).channel, part]));
  if (parts.size !== channels.length || channels.some((channel) => !parts.has(channel))) throw foreign();
  return parts;
};
