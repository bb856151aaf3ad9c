/**
 * Cursors of sorted lists: the sort key itself, so that a cursor stays good when its entry has left the list and when
 * others have come. They hold nothing that the edge does not show.
 */
import { Failure } from '#runtime/failure.ts';

export type SortKey = readonly (string | number | null)[];

export const cursorOfKey = (key: SortKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The key behind a cursor; throws CURSOR_INVALID for anything that `isKey` of this list does not recognise. */
export const keyOfCursor = <Key extends SortKey>(
  cursor: string,
  isKey: (parts: readonly unknown[]) => boolean,
  field = 'after',
): Key => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && isKey(parts)) return parts as unknown as Key;
  } catch {
    // Refused below.
  }
  throw new Failure('CURSOR_INVALID', `${field}: not a cursor of this list; send one exactly as it was received.`, {
    field,
  });
};

export const isInstant = (part: unknown): part is string => typeof part === 'string' && !Number.isNaN(Date.parse(part));
