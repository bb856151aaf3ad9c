/** Bodies of our own services' plain HTTP: JSON in a known form, or BAD_INPUT that names every wrong place. */
import type { ZodError, ZodType } from 'zod';
import { Failure } from '#runtime/failure.ts';

/** Enough to see the pattern; a body that is wrong everywhere is not listed line by line. */
const PROBLEMS_TOLD = 10;

/** One line per problem: where in the body, as a path such as "changes[3].sku", and what is wrong there. */
export const problemsIn = (error: ZodError): readonly string[] =>
  error.issues.map(({ path, message }) => {
    const where = path.reduce<string>(
      (at, part) => (typeof part === 'number' ? `${at}[${part}]` : `${at}${at ? '.' : ''}${String(part)}`),
      '',
    );
    return `${where || 'the body'}: ${message}`;
  });

/** `expected` says in the refusal what to send: "one change batch as a JSON object". */
export const decodeJsonBody = <T>(rawBody: Uint8Array, schema: ZodType<T>, expected: string): T => {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch (cause) {
    throw new Failure('BAD_INPUT', `The body is not JSON: send ${expected}.`, { field: 'body', cause });
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const problems = problemsIn(result.error);
  const more = problems.length > PROBLEMS_TOLD ? [`and ${problems.length - PROBLEMS_TOLD} more problems`] : [];
  throw new Failure('BAD_INPUT', [...problems.slice(0, PROBLEMS_TOLD), ...more].join('\n'), {
    field: problems[0]?.split(':')[0] ?? 'body',
  });
};
