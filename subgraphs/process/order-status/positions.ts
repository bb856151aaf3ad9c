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

export const MAX_FEED_CHANNELS = 5;

export type FeedPlaces = ReadonlyMap<string, { readonly epoch: string; readonly standing: Standing }>;

/** Inside a feed's first snapshot: behind this order's, in this run. Two runs tell different states of the same orders. */
export type SnapshotPlace = { readonly run: string; readonly orderId: string };

/**
 * A feed's cursor is that of its channel, or, of several and inside the first snapshot, one that names them all: short
 * enough for a URL and a header also with the most channels.
 */
const FEED = 'feed';
type FeedPart = readonly [stream: string, position: number, mark: string | null];

export const feedCursor = (places: FeedPlaces, journal: Journal, inside: SnapshotPlace | null = null): string => {
  const sorted = [...places].sort(([a], [b]) => (a < b ? -1 : 1));
  const [only, ...others] = sorted;
  if (only && others.length === 0 && inside === null)
    return journal.encodeCursor({ channel: only[0], epoch: only[1].epoch, ...only[1].standing });
  const parts = sorted.map(([stream, { standing }]): FeedPart => [stream, standing.position, standing.mark]);
  const channel = JSON.stringify([FEED, parts, ...(inside === null ? [] : [inside.run, inside.orderId])]);
  return journal.encodeCursor({ channel, epoch: only?.[1].epoch ?? '', position: 0 });
};

export type FeedCursor = {
  readonly byChannel: ReadonlyMap<string, CursorPosition>;
  readonly inside: SnapshotPlace | null;
};

/** Only what feedCursor wrote gets here: the journal has verified it. */
const feedPartsOf = (channel: string): readonly [string, readonly FeedPart[], string?, string?] | null =>
  channel.startsWith('[') ? JSON.parse(channel) : null;

/** What a feed's cursor says; it must be of exactly these channels. */
export const readFeedCursor = (cursor: string, channels: readonly string[], journal: Journal): FeedCursor => {
  const at = journal.decodeCursor(cursor);
  const [kind, parts, run, orderId] = feedPartsOf(at.channel) ?? [FEED, [[at.channel, at.position, at.mark ?? null]]];
  const byChannel = new Map(
    parts.map(([channel, position, mark]) => [channel, { channel, epoch: at.epoch, position, mark }] as const),
  );
  if (kind !== FEED || byChannel.size !== channels.length || channels.some((channel) => !byChannel.has(channel)))
    throw foreign();
  return { byChannel, inside: run !== undefined && orderId !== undefined ? { run, orderId } : null };
};

export const standingOfHead = ({ position, mark }: JournalHead): Standing => ({ position, mark });

/** A store's feed stands in the channel of all stores; its cursor is bound to the store. */
const STORE = 'store';

export const storeCursor = (
  code: string,
  { epoch, standing }: { readonly epoch: string; readonly standing: Standing },
  journal: Journal,
  inside: SnapshotPlace | null = null,
): string =>
  journal.encodeCursor({
    channel: JSON.stringify([STORE, code, ...(inside === null ? [] : [inside.run, inside.orderId])]),
    epoch,
    ...standing,
  });

export type StoreCursor = { readonly at: CursorPosition; readonly inside: SnapshotPlace | null };

export const readStoreCursor = (cursor: string, code: string, journal: Journal): StoreCursor => {
  const at = journal.decodeCursor(cursor);
  // Only what storeCursor or feedCursor wrote gets here: the journal has verified it.
  const [kind, of, run, orderId]: readonly unknown[] = at.channel.startsWith('[') ? JSON.parse(at.channel) : [];
  if (kind !== STORE || of !== code) throw foreign();
  return { at, inside: typeof run === 'string' && typeof orderId === 'string' ? { run, orderId } : null };
};
