/** What a request over HTTP asks for: a text or the id of a saved one, and what goes with it. */
import { isUtf8 } from 'node:buffer';
import type { RouteRequest } from '#runtime/http/routes.ts';

export type Asked = {
  readonly kind: 'asked';
  readonly query: string | null;
  /** Of a saved operation, without the algorithm: 64 hexadecimal digits. */
  readonly hash: string | null;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
};

export type Misasked = { readonly kind: 'misasked'; readonly status: 400 | 415; readonly message: string };

const NO_VARIABLES: Readonly<Record<string, unknown>> = Object.freeze({});
const JSON_TYPE = /^application\/(?:graphql\+)?json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;
const SAVED_ID = /^(?:sha256:)?([0-9a-f]{64})$/;

const wrong = (message: string, status: 400 | 415 = 400): Misasked => ({ kind: 'misasked', status, message });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Absent and null are the same to the protocol. */
const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

const hashOf = (id: unknown, extensions: unknown): string | Misasked | null => {
  let given = id;
  let name = 'id';
  if (isAbsent(given) && isObject(extensions) && isObject(extensions.persistedQuery)) {
    given = extensions.persistedQuery.sha256Hash;
    name = 'extensions.persistedQuery.sha256Hash';
  }
  if (isAbsent(given)) return null;
  const hash = typeof given === 'string' ? SAVED_ID.exec(given)?.[1] : undefined;
  return hash ?? wrong(`${name}: the SHA-256 of a saved operation's text, 64 hexadecimal digits, as "sha256:...".`);
};

const readParameters = (given: Readonly<Record<string, unknown>>): Asked | Misasked => {
  const { extensions, id, operationName, query, variables } = given;
  if (!isAbsent(query) && typeof query !== 'string')
    return wrong('query: the text of a GraphQL document, as a string.');
  if (!isAbsent(operationName) && typeof operationName !== 'string') return wrong('operationName: a string.');
  if (!isAbsent(variables) && !isObject(variables)) return wrong('variables: an object with a value per variable.');
  if (!isAbsent(extensions) && !isObject(extensions)) return wrong('extensions: an object.');
  const hash = isAbsent(id) && isAbsent(extensions) ? null : hashOf(id, extensions);
  if (hash !== null && typeof hash !== 'string') return hash;
  if (hash === null && (isAbsent(query) || query === ''))
    return wrong('query: the text of a GraphQL document is missing.');
  return {
    kind: 'asked',
    query: query ?? null,
    hash,
    operationName: operationName ?? null,
    variables: variables ?? NO_VARIABLES,
  };
};

const readBody = ({ headers, rawBody }: RouteRequest): Asked | Misasked => {
  const type = headers['content-type'];
  if (type !== 'application/json' && !JSON_TYPE.test(type ?? ''))
    return wrong('Send the operation as JSON in UTF-8 with "Content-Type: application/json".', 415);
  let body: unknown;
  try {
    if (!isUtf8(rawBody)) return wrong('The body is not valid JSON in UTF-8.');
    body = JSON.parse(Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength).toString('utf8'));
  } catch {
    return wrong('The body is not valid JSON in UTF-8.');
  }
  if (Array.isArray(body)) return wrong('One operation per request: an object, not a list of them.');
  return isObject(body)
    ? readParameters(body)
    : wrong('The body: a JSON object with "query" and, where needed, "variables".');
};

/** In a URL, what is not text is JSON inside it. */
const objectIn = (name: string, text: string | null): Record<string, unknown> | Misasked | null => {
  if (text === null || text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || isObject(value)) return value;
  } catch {
    // Said below: not JSON and JSON of another kind are the same mistake.
  }
  return wrong(`${name}: a JSON object, encoded for a URL.`);
};

const isMisasked = (value: Record<string, unknown> | Misasked | null): value is Misasked => value?.kind === 'misasked';

const readUrl = ({ query: parameters }: RouteRequest): Asked | Misasked => {
  const variables = objectIn('variables', parameters.get('variables'));
  if (isMisasked(variables)) return variables;
  const extensions = objectIn('extensions', parameters.get('extensions'));
  if (isMisasked(extensions)) return extensions;
  return readParameters({
    query: parameters.get('query'),
    id: parameters.get('id'),
    operationName: parameters.get('operationName') || null,
    variables,
    extensions,
  });
};

export const readAsked = (request: RouteRequest): Asked | Misasked =>
  request.method === 'POST' ? readBody(request) : readUrl(request);
