/**
 * The failure catalogue: every way in which the world can let a request down, with what the caller may do about it.
 *
 * Expected outcomes (out of stock, a refused hold) are data in the schema, not failures. Bugs are not catalogued: they
 * are masked as INTERNAL. docs/reference/failures.md is printed from this table and a test holds the two together.
 */
type Entry = { readonly since: string; readonly meaning: string; readonly remedy: string };

export const FAILURES = {
  BAD_INPUT: {
    since: '0.1.0',
    meaning: 'An argument is malformed or out of range; the message names it.',
    remedy: 'Correct the named argument; the same request will fail again.',
  },
  UNAUTHENTICATED: {
    since: '0.1.0',
    meaning: 'The bearer token is missing, malformed, expired or not signed by a trusted issuer.',
    remedy: 'Get a new token (development: npm run token) and send it as "Authorization: Bearer ...".',
  },
  FORBIDDEN: {
    since: '0.1.0',
    meaning: 'The token lacks the scope that a field asks for.',
    remedy: 'Ask for a token with the scope named in the message.',
  },
  NOT_MAPPED: {
    since: '0.1.0',
    meaning: 'An identifier is unknown to the crosswalk.',
    remedy: 'Add the identifier in the ERP; the parked input is applied when the mapping arrives.',
  },
  CURSOR_INVALID: {
    since: '0.1.0',
    meaning: 'A cursor is malformed, was altered, or belongs to another stream.',
    remedy: 'Send a cursor exactly as it was received from the same stream, or none to start with a snapshot.',
  },
  CURSOR_EXPIRED: {
    since: '0.1.0',
    meaning: 'The events after this cursor are no longer held.',
    remedy: 'Subscribe without a cursor: the snapshot brings the current state and a new cursor.',
  },
  UPSTREAM_TIMEOUT: {
    since: '0.1.0',
    meaning: 'A system did not answer within the time that was left.',
    remedy: 'Try again later, or with a larger time budget.',
  },
  UPSTREAM_RATE_LIMITED: {
    since: '0.1.0',
    meaning: "A system's quota is used up; extensions.retryAfterMs says when it opens again, where the system told us.",
    remedy: 'Wait for retryAfterMs.',
  },
  UPSTREAM_UNAVAILABLE: {
    since: '0.1.0',
    meaning: 'A system refused the connection or answered with a server error.',
    remedy: 'Try again later; see the system in systemHealth.',
  },
  UPSTREAM_REFUSED: {
    since: '0.1.0',
    meaning: 'A system understood the call and refused it: bad credentials, missing permission or a business rule.',
    remedy: "Read the message; check the connection's credentials in throughline.yaml.",
  },
  UPSTREAM_MALFORMED: {
    since: '0.1.0',
    meaning: "A system's answer does not have the documented form; the message names the field.",
    remedy: "Compare the vendor's API version with the adapter's README.",
  },
  CIRCUIT_OPEN: {
    since: '0.1.0',
    meaning: 'Calls to a failing system are paused.',
    remedy: 'Wait; calls resume by themselves once the system answers again.',
  },
  LOAD_SHED: {
    since: '0.2.0',
    meaning: 'A system is so busy that calls of this urgency are refused at once; nothing was sent.',
    remedy: 'Try again after extensions.retryAfterMs, or ask with a purpose that is served first, where entitled.',
  },
  WRITE_UNCERTAIN: {
    since: '0.2.0',
    meaning: 'A system may or may not have taken a write, and could not be asked; the message names the business key.',
    remedy: 'Look the key up in the system before sending the write again.',
  },
  SLOW_CONSUMER: {
    since: '0.1.0',
    meaning: 'A subscriber took its events so much more slowly than they came that its queue was full.',
    remedy:
      'Subscribe again with the last cursor received: nothing is lost. Then read faster, or ask for fewer events.',
  },
  LIMIT_EXCEEDED: {
    since: '0.1.0',
    meaning: 'A request or connection asks for more than one caller may have at once; the message names the limit.',
    remedy: 'Ask for less at a time, or spread it over several requests or connections.',
  },
  OPERATION_NOT_SAVED: {
    since: '0.2.0',
    meaning: 'The gateway executes saved operations only (SAFELIST), and what was sent is none of them.',
    remedy: 'Save the operation in schema/operations/ and deploy the gateway, or send a saved one by its id.',
  },
  STORAGE_LOCKED: {
    since: '0.1.0',
    meaning: 'Another process has the embedded database open.',
    remedy: 'Stop the process named in the message, set another THROUGHLINE_HOME, or use Postgres with DATABASE_URL.',
  },
  CONFIG_INVALID: {
    since: '0.1.0',
    meaning: 'The configuration file is malformed; the message names the path and what is allowed there.',
    remedy: 'Correct the named path in throughline.yaml.',
  },
  PORT_IN_USE: {
    since: '0.1.0',
    meaning: 'A port that Throughline wants is taken.',
    remedy:
      'Stop the other process or choose another port with the variable named in the message (0 picks a free one).',
  },
  INTERNAL: {
    since: '0.1.0',
    meaning: 'A bug or an unforeseen condition; details are in the log under the correlation id.',
    remedy: 'Report the correlation id.',
  },
} as const satisfies Record<string, Entry>;

export type FailureCode = keyof typeof FAILURES;

export type FailureDetails = {
  /** The connection or system concerned. */
  readonly system?: string;
  readonly retryAfterMs?: number;
  readonly field?: string;
  /** Whether the system may have received the call, and so may have acted on it. Absent where the question does not arise. */
  readonly sent?: boolean;
  readonly cause?: unknown;
};

/** A catalogued failure. The message is for the caller: it names the thing and the remedy and carries no secret. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: FailureDetails;
  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.details = details;
  }
}

export const isFailure = (error: unknown, code?: FailureCode): error is Failure =>
  error instanceof Failure && (code === undefined || error.code === code);
