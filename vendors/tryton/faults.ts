/**
 * What Tryton answers instead of a result. Business errors come with HTTP 200 as `error: [kind, detail]`; a rejected
 * session or password is an HTTP 401, an unknown or forbidden method an HTTP 403, both as HTML.
 */
import { Failure } from '#runtime/failure.ts';

export type TrytonFault = {
  /** e.g. UserError, UserWarning, ConcurrencyException, LoginException; INTERNAL for an exception of the server's code. */
  readonly kind: string;
  readonly message: string;
  /** UserWarning only: the name under which the warning may be acknowledged. */
  readonly warning?: string;
};

const MAX_MESSAGE_LENGTH = 300;
const NAMED_KIND = /^[A-Z][A-Za-z]*(Error|Warning|Exception)$/;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const shorten = (message: string): string => {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}...` : line;
};

/** Reads the `error` member of an answer. The second element of an internal error may be a traceback: never shown. */
export const faultFrom = (error: unknown): TrytonFault => {
  if (!Array.isArray(error)) return { kind: 'INTERNAL', message: shorten(textOf(error)) };
  const [kind, detail]: readonly unknown[] = error;
  if (typeof kind !== 'string' || !NAMED_KIND.test(kind)) return { kind: 'INTERNAL', message: shorten(textOf(kind)) };
  if (!Array.isArray(detail)) return { kind, message: shorten(textOf(detail)) };
  const texts = detail.map(textOf);
  return kind === 'UserWarning'
    ? { kind, message: shorten(texts[1] ?? ''), warning: texts[0] ?? '' }
    : { kind, message: shorten([texts[0], texts[1]].filter(Boolean).join(' ')) };
};

export const failureOfFault = (
  connection: { readonly baseUrl: string; readonly database: string },
  operation: string,
  fault: TrytonFault,
): Failure =>
  new Failure(
    'UPSTREAM_REFUSED',
    `Tryton refused ${operation} (${fault.kind}) on database "${connection.database}": ${fault.message || 'no reason given'}`,
    { cause: fault },
  );

const isFault = (value: unknown): value is TrytonFault =>
  typeof value === 'object' && value !== null && 'kind' in value && 'message' in value;

/** The Tryton error behind a failure, or null when it failed for another reason. */
export const faultOf = (error: unknown): TrytonFault | null =>
  error instanceof Failure && isFault(error.details.cause) ? error.details.cause : null;

/** Someone else changed the record in between: read again and repeat. */
export const isConcurrencyConflict = (error: unknown): boolean => faultOf(error)?.kind === 'ConcurrencyException';

/** The name of the warning that stopped a write, or null when something else did. */
export const warningOf = (error: unknown): string | null => faultOf(error)?.warning ?? null;
