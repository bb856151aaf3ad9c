/** Login with Amazon: access tokens for an hour, and the check of them on every call. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';
import { Refusal } from './answers.ts';
import { HOUR_MS, SIM_AMAZON } from './constants.ts';

type Grant = { readonly endsAtMs: number; readonly kind: 'seller' | 'grantless' };

export type Auth = {
  token(request: SimRequest): SimResponse;
  /** Throws the refusal that Amazon answers with. */
  check(request: SimRequest, kind: 'seller' | 'grantless'): void;
};

const GRANTLESS_SCOPE = 'sellingpartnerapi::notifications';
const LONGEST_USER_AGENT = 500;

const refused = (status: number, error: string, description: string): SimResponse => ({
  status,
  body: { error, error_description: description },
});

const unauthorized = (details: string): Refusal =>
  new Refusal(403, { code: 'Unauthorized', message: 'Access to requested resource is denied.', details });

export const createAuth = (deps: { readonly clock: Clock; readonly ids: Ids }): Auth => {
  const grants = new Map<string, Grant>();

  const grant = (kind: Grant['kind']): SimResponse => {
    const nowMs = deps.clock.now();
    for (const [token, { endsAtMs }] of grants) if (endsAtMs < nowMs - HOUR_MS) grants.delete(token);
    const access_token = `Atza|${deps.ids.token(24)}`;
    grants.set(access_token, { endsAtMs: nowMs + HOUR_MS, kind });
    return {
      status: 200,
      body: {
        access_token,
        token_type: 'bearer',
        expires_in: HOUR_MS / 1000,
        ...(kind === 'seller' ? { refresh_token: SIM_AMAZON.refreshToken } : {}),
      },
    };
  };

  return {
    token: (request) => {
      if (request.method !== 'POST') return refused(405, 'invalid_request', 'Only POST is answered here.');
      if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
        return refused(400, 'invalid_request', 'The Content-Type must be application/x-www-form-urlencoded.');
      }
      const form = new URLSearchParams(request.rawBody);
      if (form.get('client_id') !== SIM_AMAZON.clientId || form.get('client_secret') !== SIM_AMAZON.clientSecret) {
        return refused(401, 'invalid_client', 'Client authentication failed.');
      }
      switch (form.get('grant_type')) {
        case 'refresh_token':
          return form.get('refresh_token') === SIM_AMAZON.refreshToken
            ? grant('seller')
            : refused(400, 'invalid_grant', 'The refresh token is not valid.');
        case 'client_credentials':
          return form.get('scope') === GRANTLESS_SCOPE
            ? grant('grantless')
            : refused(400, 'invalid_scope', 'The scope is not known.');
        default:
          return refused(400, 'unsupported_grant_type', 'The grant type is not supported.');
      }
    },

    check: (request, kind) => {
      const agent = request.headers['user-agent'] ?? '';
      if (agent === '' || agent.length > LONGEST_USER_AGENT) {
        throw new Refusal(400, { code: 'InvalidInput', message: 'The user-agent header is missing or too long.' });
      }
      const token = request.headers['x-amz-access-token'];
      if (token === undefined) {
        throw new Refusal(403, { code: 'MissingAuthentication', message: 'The access token is missing.' });
      }
      const known = grants.get(token);
      if (known === undefined || known.kind !== kind) {
        throw unauthorized('The access token you provided is revoked, malformed or invalid.');
      }
      if (known.endsAtMs <= deps.clock.now()) throw unauthorized('The access token you provided has expired.');
    },
  };
};
