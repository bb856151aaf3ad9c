/** One reading under way: shared by all who wait for its key, and bound to none of them. */
import type { CallClass } from '#model/call.ts';
import type { DropMarks } from './drop-marks.ts';

/** One request in the system's hands. */
export type HandedOut = {
  /** When it was handed out: its answer is at least this new. */
  readonly atMs: number;
  /** Counts requests: the higher, the newer. */
  readonly number: number;
  readonly trust: number;
  readonly drops: DropMarks;
};

export type Landing<Value> =
  | {
      readonly kind: 'answered';
      readonly value: Value | null;
      readonly readAtMs: number;
      /** Number of the first drop that overtook it: who asked after that drop has to ask again. */
      readonly overtakenBy: number | null;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

export type Flight<Key, Value> = {
  readonly id: string;
  readonly key: Key;
  readonly scope: string;
  readonly correlationId: string;
  /** Asked by itself, because it has failed a request before. */
  readonly alone: boolean;
  /** When it is given up, in milliseconds since the epoch. */
  readonly endsAtMs: number;
  /** Tags known before the answer. */
  readonly tags: readonly string[];
  /** Never rejects. */
  readonly landed: Promise<Landing<Value>>;
  /** Of its most urgent waiter; settled once it is handed out. */
  callClass: CallClass;
  handedOut: HandedOut | null;
};
