/**
 * The journal: every change of state, once, in order, per channel.
 *
 * Positions are dense per channel: the head row is updated last in the transaction, so commits on a channel serialise
 * and a reader at position n knows that the next entry is n + 1. An `epoch` names the journal's incarnation.
 *
 * A database can be restored from a backup, or fail over without its last commits. Then positions that readers have
 * already passed are given out again, for other entries. So whoever stands at a position also knows the *mark* of the
 * entry there: where the mark is another one, or the head is behind the reader, history was lost, and the reader is told
 * instead of waiting in silence for entries that it would take for news.
 */
import type { Sql } from '#runtime/storage/database.ts';

export type NewEntry = {
  /** What the entry is about, e.g. an order id. */
  readonly subject: string;
  /** Gapless per subject, unique: the order's sequence. A channel that has one subject only may leave it to the position. */
  readonly version?: number;
  readonly type: string;
  readonly payload: unknown;
  readonly correlationId: string;
};

export type JournalEntry = NewEntry & {
  readonly version: number;
  readonly channel: string;
  readonly position: number;
  readonly at: string;
};

/** Behind which entry a reader stands. The mark is null where the entry is not known (any more). */
export type Standing = { readonly position: number; readonly mark: string | null };

export type JournalHead = Standing & {
  readonly epoch: string;
  /** Oldest position still held; position + 1 when none is. */
  readonly oldest: number;
};

/** A channel and what follows a position in it, seen in one statement: nothing is written or pruned between its parts. */
export type Look = {
  readonly head: JournalHead;
  /** The mark of the entry at the position asked about; null where that is not held. */
  readonly markThere: string | null;
  /** At most as many as asked for, oldest first. */
  readonly entries: readonly JournalEntry[];
};

export type LookOptions = {
  readonly after: number;
  readonly limit: number;
  /** Entries about this subject only. */
  readonly subject?: string;
};

/** An opaque position for clients: versioned, bound to channel and epoch, authenticated with a MAC. */
export type CursorPosition = {
  readonly channel: string;
  readonly epoch: string;
  readonly position: number;
  readonly mark?: string | null;
};

/** Positions behind `from` up to `to`. */
export type Gap = { readonly from: Standing; readonly to: number };

/** What a follower is given at each step. */
export type Step =
  | {
      readonly kind: 'entries';
      /** In order. May be empty where only something is missing. */
      readonly entries: readonly JournalEntry[];
      /** What came before these and is no longer held: entries of all subjects, also where one is followed. */
      readonly gap: Gap | null;
    }
  /** History was lost: what the follower knows may never have happened. Nothing follows. */
  | { readonly kind: 'lost' };

/** Follows a channel live: pulled, so that one who does not ask costs its position only. */
export type Follower = {
  /** Waits for something; null when the signal has aborted. */
  next(): Promise<Step | null>;
  /**
   * Behind which entry it stands; what the last step brought counts once the next one is asked for. Of one subject: nothing
   * about it is outstanding up to there.
   */
  standing(): Standing;
};

export type FollowOptions = {
  readonly from: Standing;
  /** Entries about this subject only. */
  readonly subject?: string;
};

export type Journal = AsyncDisposable & {
  /** Appends in the caller's transaction. MUST be the last thing the transaction does. Entries may span channels. */
  append(tx: Sql, entries: readonly (NewEntry & { readonly channel: string })[]): Promise<readonly JournalEntry[]>;
  head(channel: string): Promise<JournalHead>;
  /** Entries after `after`, oldest first, at most `limit`; optionally of one subject only. */
  read(channel: string, after: number, limit: number, subject?: string): Promise<readonly JournalEntry[]>;
  look(channel: string, options: LookOptions): Promise<Look>;
  /**
   * The furthest position at which a subject still is at this version: everything about it up to there is contained in
   * that version, and nothing behind it is.
   */
  standingOf(channel: string, subject: string, version: number): Promise<Standing & { readonly epoch: string }>;
  /** One read per channel serves all its followers; nobody reads a channel that nobody follows. */
  follow(channel: string, options: FollowOptions, signal: AbortSignal): Follower;
  /**
   * Live entries after `after`, in order, pulled: each step yields the entries that arrived meanwhile (never empty). Ends
   * when the signal aborts. Throws Failure CURSOR_EXPIRED when history was lost.
   */
  tail(channel: string, after: number, signal: AbortSignal): AsyncIterable<readonly JournalEntry[]>;
  encodeCursor(at: CursorPosition): string;
  /** Throws Failure CURSOR_INVALID on anything not made by encodeCursor. */
  decodeCursor(text: string): CursorPosition;
};

/** Two entries that ever had the same position were not written in the same millisecond. */
export const markOf = ({ at }: { readonly at: string }): string => Date.parse(at).toString(36);

export const standingAt = (entry: JournalEntry): Standing => ({ position: entry.position, mark: markOf(entry) });

/** Whether a reader who stands there knows a history that the channel does not have. */
export const isLost = (reader: Standing, { head, markThere }: Pick<Look, 'head' | 'markThere'>): boolean =>
  reader.position > head.position || (reader.mark !== null && markThere !== null && reader.mark !== markThere);
