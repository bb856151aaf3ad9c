/** The id of an answer: the question in short, so that the same answer can be asked for again. Opaque to clients. */
import { locationIdOf } from '#model/identifiers.ts';
import { PURPOSES } from '#model/purpose.ts';
import { METHODS } from '#subgraphs/process/promise/methods.ts';
import type { Question } from './assessment.ts';
import type { AvailabilityContextInput } from './question.ts';

const PREFIX = 'avl_';

export const answerIdOf = (sku: string, question: Question): string => {
  const { channel, purpose, maxAgeMs, maxAgeAsked, quantity, onlyAt, methods, destination } = question;
  const key = [
    sku,
    channel,
    PURPOSES.indexOf(purpose),
    maxAgeAsked ? maxAgeMs : null,
    quantity,
    onlyAt === null ? null : [...onlyAt].sort(),
    methods,
    destination === null ? null : [destination.country, destination.postalCode ?? null],
  ];
  return `${PREFIX}${Buffer.from(JSON.stringify(key)).toString('base64url')}`;
};

/** The question of an id made by `answerIdOf`, or null for anything else. */
export const contextOfAnswerId = (
  id: string,
): { readonly sku: string; readonly context: AvailabilityContextInput } | null => {
  if (!id.startsWith(PREFIX)) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(id.slice(PREFIX.length), 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== 8) return null;
  const [sku, channel, purposeIndex, maxAgeMs, quantity, codes, named, goal] = parts as readonly unknown[];
  const purpose = PURPOSES[Number(purposeIndex)];
  if (
    typeof sku !== 'string' ||
    typeof channel !== 'string' ||
    (maxAgeMs !== null && typeof maxAgeMs !== 'number') ||
    typeof quantity !== 'number' ||
    !purpose
  )
    return null;
  const locationIds = Array.isArray(codes) ? codes.map((code) => locationIdOf(String(code))) : null;
  const maxAge = maxAgeMs === null ? null : `PT${maxAgeMs / 1000}S`;
  const methods = Array.isArray(named) ? METHODS.filter((method) => named.includes(method)) : null;
  const [country, postalCode]: readonly unknown[] = Array.isArray(goal) ? goal : [];
  const code = typeof postalCode === 'string' ? { postalCode } : {};
  const destination = typeof country === 'string' ? { country, ...code } : null;
  return { sku, context: { channel, purpose, maxAge, quantity, locationIds, methods, destination } };
};
