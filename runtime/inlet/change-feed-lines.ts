/** The change feed's lines as they arrive: bytes in pieces of any size become lines that are what they should be. */
import { z } from 'zod';
import { Failure } from '#runtime/failure.ts';
import type { ChangeFeedLine } from './change-feed.ts';

/** Far more than the longest line that the feed writes; what is longer is something else. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

const position = z.int().min(0);
const lineSchema: z.ZodType<ChangeFeedLine> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('changed'), position, tags: z.array(z.string()) }),
  z.object({ kind: z.literal('position'), epoch: z.string(), position }),
]);

const malformed = (what: string, cause?: unknown): Failure =>
  new Failure('UPSTREAM_MALFORMED', `The change feed sent ${what}.`, { system: 'process', cause });

const parseLine = (text: string): ChangeFeedLine => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed('a line that is not JSON', cause);
  }
  const line = lineSchema.safeParse(value);
  if (line.success) return line.data;
  const [issue] = line.error.issues;
  throw malformed(`a line that is wrong at ${issue?.path.join('.') || 'its kind'}`, line.error);
};

/** Whole lines only: what a broken connection leaves of the last one is not one. Throws UPSTREAM_MALFORMED. */
export const readLines = async function* (
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<ChangeFeedLine, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const texts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = texts.pop() ?? '';
    if (rest.length > MOST_CHARACTERS) throw malformed(`a line of more than ${MOST_CHARACTERS} characters`);
    for (const text of texts) yield parseLine(text);
  }
};
