import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { squareAdapter } from '#subgraphs/pos/adapters/square/adapter.ts';
import { signatureOf } from '#subgraphs/pos/adapters/square/push.ts';
import { SPECS_DIRECTORY, suiteWhen } from './specs.ts';

const VECTORS = path.join(SPECS_DIRECTORY, 'webhook-vectors', 'hmac-vectors.json');

type Vector = {
  readonly vendor: string;
  readonly key: string;
  readonly notificationUrl: string;
  readonly body: string;
  readonly signature: string;
};

const inletWith = (credentials: Readonly<Record<string, string>>) => {
  const port = squareAdapter.open(
    { connection: 'pos-test', baseUrl: 'http://unused.invalid', credentials, options: squareAdapter.options.parse({}) },
    {
      upstream: { send: () => Promise.reject(new Error('verifying asks nobody')) },
      clock: systemClock,
      ids: systemIds,
      log: silentLog,
    },
  );
  if (!port.push) throw new Error('the port takes no deliveries');
  return port.push;
};

const URL_OF_US = 'https://shop.example/webhooks/pos-test';
const BODY = '{"type":"order.created","event_id":"E1","data":{"id":"O1"}}';
const delivery = (key: string, rest: { readonly body?: string; readonly url?: string } = {}) => {
  const rawBody = Buffer.from(rest.body ?? BODY);
  return {
    headers: { 'x-square-hmacsha256-signature': signatureOf(key, URL_OF_US, rawBody) },
    rawBody,
    url: rest.url ?? URL_OF_US,
  };
};

suiteWhen(existsSync(VECTORS), 'signatures of the vendor')('signatures of the vendor', () => {
  const vectors = existsSync(VECTORS) ? (JSON.parse(readFileSync(VECTORS, 'utf8')) as readonly Vector[]) : [];
  const own = vectors.filter(({ vendor }) => vendor === 'square');

  it('there are some', () => {
    expect(own.length).toBeGreaterThanOrEqual(3);
  });

  it.each(own)('$signature', ({ key, notificationUrl, body, signature }) => {
    expect(signatureOf(key, notificationUrl, Buffer.from(body))).toBe(signature);
    const given = {
      headers: { 'x-square-hmacsha256-signature': signature },
      rawBody: Buffer.from(body),
      url: notificationUrl,
    };
    // Some of the vendor's bodies are no events: genuine then means refused for the body, not for the signature.
    const verdict = inletWith({ accessToken: 'a', signatureKey: key }).verify(given);
    expect(verdict.verdict === 'refused' ? verdict.status : 200).not.toBe(401);
    expect(inletWith({ accessToken: 'a', signatureKey: `${key}x` }).verify(given)).toMatchObject({ status: 401 });
  });
});

describe('verifying', () => {
  it('takes the current key and, while keys are rotated, the previous one', () => {
    const inlet = inletWith({ accessToken: 'a', signatureKey: 'new', previousSignatureKey: 'old' });
    expect(inlet.verify(delivery('new'))).toEqual({ verdict: 'genuine', eventId: 'E1' });
    expect(inlet.verify(delivery('old'))).toEqual({ verdict: 'genuine', eventId: 'E1' });
    expect(inletWith({ accessToken: 'a', signatureKey: 'new' }).verify(delivery('old'))).toMatchObject({ status: 401 });
  });

  it('an empty previous key opens nothing', () => {
    const inlet = inletWith({ accessToken: 'a', signatureKey: 'new', previousSignatureKey: '' });
    expect(inlet.verify(delivery(''))).toMatchObject({ verdict: 'refused', status: 401 });
  });

  it('the address is part of what is signed', () => {
    const verdict = inletWith({ accessToken: 'a', signatureKey: 'k' }).verify(delivery('k', { url: `${URL_OF_US}/` }));
    expect(verdict).toMatchObject({
      verdict: 'refused',
      status: 401,
      reason: expect.stringContaining(`${URL_OF_US}/`),
    });
  });

  it.each(['not json', '[]', '{"type":"order.created"}', '{"type":"order.created","event_id":""}'])(
    'signed, but no event: %s',
    (body) => {
      expect(inletWith({ accessToken: 'a', signatureKey: 'k' }).verify(delivery('k', { body }))).toMatchObject({
        verdict: 'refused',
        status: 400,
      });
    },
  );

  it('a missing signature is refused', () => {
    const { rawBody, url } = delivery('k');
    expect(inletWith({ accessToken: 'a', signatureKey: 'k' }).verify({ headers: {}, rawBody, url })).toMatchObject({
      status: 401,
    });
  });

  it('an event of a type that is not used is taken and says nothing', async () => {
    const inlet = inletWith({ accessToken: 'a', signatureKey: 'k' });
    const call = { signal: new AbortController().signal, callClass: 'BACKGROUND', correlationId: 'c' } as const;
    const body = '{"type":"constructor","event_id":"E2"}';
    expect(await inlet.read(delivery('k', { body }), call)).toEqual({ changes: [], rejected: [] });
  });
});
