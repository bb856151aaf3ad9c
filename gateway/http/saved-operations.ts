/** Operations that clients have saved with us, known by the SHA-256 of their text: sent by id, and prepared beforehand. */
import { createHash } from 'node:crypto';

export type SavedOperations = {
  readonly texts: readonly string[];
  textOf(hash: string): string | null;
  /** Whether this very text is saved. */
  has(text: string): boolean;
};

export const hashOfText = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export const createSavedOperations = (texts: readonly string[]): SavedOperations => {
  const byHash = new Map(texts.map((text) => [hashOfText(text), text]));
  const known = new Set(byHash.values());
  return {
    texts: [...known],
    textOf: (hash) => byHash.get(hash) ?? null,
    has: (text) => known.has(text),
  };
};
