/**
 * What a client of a stream holds: per SKU the word, and for those who follow quantities the number it was shown. It
 * travels in the cursor, so resuming needs no history: what differs from it is what the client missed, whether an event
 * changed it or the passing of time.
 */
import { createHash } from 'node:crypto';
import type { Assessment, StockStatus } from './assessment.ts';
import { shownQuantity } from './display.ts';

export type Detail = 'STATUS' | 'QUANTITY';
/** Per SKU in the order asked; null: not told yet. */
export type Held = Map<string, string | null>;

const LETTERS = {
  IN_STOCK: 'I',
  LOW_STOCK: 'L',
  OUT_OF_STOCK: 'O',
  BACKORDER: 'B',
  DISCONTINUED: 'D',
  UNKNOWN: 'U',
} as const satisfies Record<StockStatus, string>;
const STATUSES: ReadonlyMap<string, StockStatus> = new Map(
  Object.entries(LETTERS).map(([status, letter]) => [letter, status as StockStatus]),
);

/** The word and the number shown decide the display as well: two answers with one code look the same. */
export const codeOf = ({ status, sellable, question }: Assessment, detail: Detail): string =>
  detail === 'STATUS'
    ? LETTERS[status]
    : `${LETTERS[status]}${shownQuantity(sellable, question.rules.display)?.toString(36) ?? ''}`;

export const statusOfCode = (code: string): StockStatus | null => STATUSES.get(code.slice(0, 1)) ?? null;

/** Names the question a cursor belongs to: the state held for another one says nothing. */
export const questionKey = (
  skus: readonly string[],
  detail: Detail,
  { channel, onlyAt, methods }: Assessment['question'],
): string =>
  createHash('sha256')
    .update(JSON.stringify([skus, detail, channel, onlyAt === null ? null : [...onlyAt].sort(), methods]))
    .digest('base64url')
    .slice(0, 12);

export const nothingHeld = (skus: readonly string[]): Held => new Map(skus.map((sku) => [sku, null]));

export const writeHeld = (held: Held): string => [...held.values()].map((code) => code ?? '').join('.');

/** The inverse of `writeHeld` for the same SKUs; null when the text is not of that form. */
export const readHeld = (text: string, skus: readonly string[]): Held | null => {
  const codes = text.split('.');
  if (codes.length !== skus.length || codes.some((code) => !/^([ILODU][0-9a-z]*)?$/.test(code))) return null;
  return new Map(skus.map((sku, index) => [sku, codes[index] || null]));
};
