/** Where a stream of orders stands and resumes: what a cursor means against the journal as it is now. */
import { Failure } from '#runtime/failure.ts';
import {
  type CursorPosition,
  isLost,
  type Journal,
  type JournalHead,
  type Look,
  type Standing,
} from '#runtime/journal/journal.ts';

export type Resume =
  /** Right behind the cursor. */
  | { readonly kind: 'on'; readonly from: Standing }
  /** Behind a stretch that is no longer held. */
  | { readonly kind: 'gap'; readonly from: Standing; readonly missed: number }
  /** The cursor belongs to a history that this journal does not have: a backup was restored since. */
  | { readonly kind: 'lost'; readonly from: Standing };

const foreign = (): Failure =>
  new Failure(
    'CURSOR_INVALID',
    'after: this cursor belongs to another stream. Send one that this stream gave, or none to start with a snapshot.',
    {
      field: 'after',
    },
  );

export const resumeFrom = (at: CursorPosition, { head, markThere }: Pick<Look, 'head' | 'markThere'>): Resume => {
  const standing: Standing = { position: at.position, mark: at.mark ?? null };
  if (at.epoch !== head.epoch || isLost(standing, { head, markThere }))
    return { kind: 'lost', from: { position: head.position, mark: head.mark } };
  const missed = head.oldest - 1 - at.position;
  if (missed > 0) return { kind: 'gap', from: { position: head.oldest - 1, mark: null }, missed };
  return { kind: 'on', from: { position: at.position, mark: at.mark ?? markThere } };
};

/** Said by the last event of an order that turned out to be another one: next comes the snapshot of that one. */
const TURNED = ';turned';

export type OrderCursor = CursorPosition & { readonly hasTurned: boolean };

export const turnedCursor = (at: CursorPosition, journal: Journal): string =>
  journal.encodeCursor({ ...at, channel: `${at.channel}${TURNED}` });

export const readOrderCursor = (cursor: string, channels: readonly string[], journal: Journal): OrderCursor => {
  const at = journal.decodeCursor(cursor);
  const hasTurned = at.channel.endsWith(TURNED);
  const channel = hasTurned ? at.channel.slice(0, -TURNED.length) : at.channel;
  if (!channels.includes(channel)) throw foreign();
  return { ...at, channel, hasTurned };
};

/** A feed of several channels has one cursor: theirs, in the order of their names. */
const SEPARATOR = '~';
export const MAX_FEED_CHANNELS = 5;

export type FeedPlaces = ReadonlyMap<string, { readonly epoch: string; readonly standing: Standing }>;

export const feedCursor = (places: FeedPlaces, journal: Journal): string =>
  [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([channel, { epoch, standing }]) => journal.encodeCursor({ channel, epoch, ...standing }))
    .join(SEPARATOR);

/**
 * Inside a feed's first snapshot: only the whole of it brings a state, so that who resumes here begins it again. Each run
 * has a name, since two runs tell different states under the same number.
 */
const SNAPSHOT = 'snapshot;';

export const snapshotCursor = (run: string, number: number, journal: Journal): string =>
  journal.encodeCursor({ channel: `${SNAPSHOT}${run}`, epoch: run, position: number });

export type FeedCursor =
  | { readonly kind: 'in-snapshot' }
  | { readonly kind: 'positions'; readonly byChannel: ReadonlyMap<string, CursorPosition> };

/** What a feed's cursor says; it must be of exactly these channels. */
export const readFeedCursor = (cursor: string, channels: readonly string[], journal: Journal): FeedCursor => {
  const parts = cursor.split(SEPARATOR).map((part) => journal.decodeCursor(part));
  if (parts.length === 1 && parts[0]?.channel.startsWith(SNAPSHOT)) return { kind: 'in-snapshot' };
  const byChannel = new Map(parts.map((part) => [part.channel, part]));
  if (byChannel.size !== channels.length || channels.some((channel) => !byChannel.has(channel))) throw foreign();
  return { kind: 'positions', byChannel };
};

export const standingOfHead = ({ position, mark }: JournalHead): Standing => ({ position, mark });
