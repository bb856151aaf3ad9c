/**
 * The journal: every change of state, once, in order, per channel.
 *
 * Positions are dense per channel: the head row is updated last in the transaction, so commits on a channel serialise
 * and a reader at position n knows that the next entry is n + 1. An `epoch` names the journal's incarnation: it changes
 * when history was lost (restore), and cursors of another epoch are refused loudly.
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

export type JournalHead = {
  readonly epoch: string;
  /** Last position written; 0 for an empty channel. */
  readonly position: number;
  /** Oldest position still held; position + 1 when none is. */
  readonly oldest: number;
};

/** An opaque position for clients: versioned, bound to channel and epoch, authenticated with a MAC. */
export type CursorPosition = { readonly channel: string; readonly epoch: string; readonly position: number };

export type Journal = AsyncDisposable & {
  /** Appends in the caller's transaction. MUST be the last thing the transaction does. Entries may span channels. */
  append(tx: Sql, entries: readonly (NewEntry & { readonly channel: string })[]): Promise<readonly JournalEntry[]>;
  head(channel: string): Promise<JournalHead>;
  /** Entries after `after`, oldest first, at most `limit`; optionally of one subject only. */
  read(channel: string, after: number, limit: number, subject?: string): Promise<readonly JournalEntry[]>;
  /**
   * Live entries after `after`, in order, pulled: each step yields the entries that arrived meanwhile (never empty). One
   * read per channel serves all tails of it. Ends when the signal aborts.
   */
  tail(channel: string, after: number, signal: AbortSignal): AsyncIterable<readonly JournalEntry[]>;
  encodeCursor(at: CursorPosition): string;
  /** Throws Failure CURSOR_INVALID on anything not made by encodeCursor. */
  decodeCursor(text: string): CursorPosition;
};
