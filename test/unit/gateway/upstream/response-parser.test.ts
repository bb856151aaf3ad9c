import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createResponseParser, type WireProblem, type WireResponse } from '#gateway/upstream/response-parser.ts';

const LIMITS = { maxHeadBytes: 512, maxBodyBytes: 4_096 };

type Read = {
  readonly responses: readonly WireResponse[];
  readonly problem: WireProblem | null;
  readonly isWhole: boolean;
};

const read = (parts: readonly Buffer[], isEnded = false): Read => {
  const responses: WireResponse[] = [];
  const parser = createResponseParser(LIMITS, (response) => responses.push(response));
  let problem: WireProblem | null = null;
  for (const part of parts) {
    // The bytes are overwritten afterwards, as they are in the buffer that all connections read into.
    const lent = Buffer.from(part);
    problem = parser.push(lent) ?? problem;
    lent.fill(0);
  }
  const isWhole = isEnded ? parser.end() : parser.isBetween();
  return { responses, problem, isWhole };
};

const readText = (text: string, isEnded = false): Read => read([Buffer.from(text, 'latin1')], isEnded);

const splitAt = (bytes: Buffer, points: readonly number[]): Buffer[] => {
  const cuts = [...new Set(points.map((point) => point % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length));
};

type Sent = { readonly body: string; readonly bytes: Buffer };

const chunkedBody = (body: Buffer, sizes: readonly number[]): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 0, turn = 0; at < body.length; turn += 1) {
    const size = Math.min(body.length - at, sizes[turn % sizes.length] ?? 1);
    parts.push(Buffer.from(`${size.toString(16)};name="a;b"\r\n`), body.subarray(at, at + size), Buffer.from('\r\n'));
    at += size;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nx-trailer: 1\r\n\r\n')]);
};

const sent: fc.Arbitrary<Sent> = fc
  .record({
    body: fc.oneof(fc.constant(''), fc.json(), fc.string({ unit: 'grapheme', maxLength: 200 })),
    sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
    isChunked: fc.boolean(),
    interim: fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
    others: fc.constantFrom('', 'date: today\r\n', 'X-Empty:\r\nset-cookie: a=b; c=\xe9\r\n'),
  })
  .map(({ body, interim, isChunked, others, sizes }) => {
    const bytes = Buffer.from(body, 'utf8');
    const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes.length}`;
    return {
      body,
      bytes: Buffer.concat([
        Buffer.from(`${interim}HTTP/1.1 200 OK\r\n${others}${framing}\r\n\r\n`, 'latin1'),
        isChunked ? chunkedBody(bytes, sizes) : bytes,
      ]),
    };
  });

describe('any stream of responses', () => {
  test('gives the same responses however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(sent, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (stream, points) => {
          const bytes = Buffer.concat(stream.map((one) => one.bytes));
          const { isWhole, problem, responses } = read(splitAt(bytes, points));
          expect({ problem, isWhole }).toEqual({ problem: null, isWhole: true });
          expect(responses.map(({ body }) => body)).toEqual(stream.map(({ body }) => body));
        },
      ),
    );
  });

  test('gives them byte by byte as well', () => {
    const body = '{"data":{"name":"Grüße, 你好"}}';
    const bytes = Buffer.from(
      `HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    const { responses } = read([...bytes].map((byte) => Buffer.from([byte])));
    expect(responses).toEqual([
      { status: 200, body, bodyBytes: Buffer.byteLength(body), isLast: false, keepAliveMs: 5_000 },
    ]);
  });

  test('cut off anywhere is never taken for whole', () => {
    fc.assert(
      fc.property(sent, fc.nat(), (one, point) => {
        const cut = point % one.bytes.length;
        const { isWhole, responses } = read([one.bytes.subarray(0, cut)], true);
        expect({ isWhole, responses }).toEqual({ isWhole: cut === 0, responses: [] });
      }),
    );
  });

  test('bytes that are anything at all give a problem or nothing, and never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (parts) => {
        const { problem, responses } = read(parts.map((part) => Buffer.from(part)));
        expect(responses).toEqual([]);
        expect([null, 'malformed']).toContain(problem);
      }),
    );
  });
});

describe('the end of a body', () => {
  test.each([
    ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', 204],
    ['not modified, whatever length it speaks of', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n', 304],
    ['an empty body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 200],
    ['no reason', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', 200],
  ])('%s', (_, text, status) => {
    const { isWhole, responses } = readText(text);
    expect({ isWhole, responses: responses.map((one) => [one.status, one.body]) }).toEqual({
      isWhole: true,
      responses: [[status, '']],
    });
  });

  test('is the end of the connection where nothing else tells it', () => {
    const { isWhole, responses } = readText('HTTP/1.1 200 OK\r\n\r\nall of it', true);
    expect({ isWhole, responses }).toEqual({
      isWhole: true,
      responses: [{ status: 200, body: 'all of it', bodyBytes: 9, isLast: true, keepAliveMs: null }],
    });
  });

  test.each([
    ['HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nConnection: keep-alive\r\ncontent-length: 0\r\n\r\n', false],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', true],
    ['HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 0\r\n\r\n', false],
  ])('%j is the last: %p', (text, isLast) => {
    expect(readText(text).responses.map((response) => response.isLast)).toEqual([isLast]);
  });

  test('what follows the last answer is given to nobody', () => {
    const text = 'HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 1\r\n\r\na';
    expect(readText(`${text}HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nb`).responses).toHaveLength(1);
  });
});

describe('what is not plainly a response is none', () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n'],
    ['a wrong version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['a status that is no number', 'HTTP/1.1 abc\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a switch of protocols nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['two lengths', `${head}content-length: 1\r\ncontent-length: 1\r\n\r\na`],
    ['a length and chunks', `${head}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a length with a sign', `${head}content-length: +1\r\n\r\na`],
    ['a length in another base', `${head}content-length: 0x1\r\n\r\na`],
    ['a compressed body', `${head}content-encoding: gzip\r\ncontent-length: 1\r\n\r\na`],
    ['an unknown transfer coding', `${head}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a folded line', `${head}x-a: b\r\n c\r\ncontent-length: 0\r\n\r\n`],
    ['a space before the colon', `${head}content-length : 0\r\n\r\n`],
    ['a bare line end', `${head}x-a: b\nx-c: d\r\n\r\n`],
    ['a control character', `${head}x-a: \x00\r\n\r\n`],
    ['a head without end', `${head}x-a: ${'b'.repeat(600)}`],
    ['a chunk size that is none', `${head}transfer-encoding: chunked\r\n\r\n-1\r\n`],
    ['a chunk longer than it says', `${head}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n`],
    ['a chunk line without end', `${head}transfer-encoding: chunked\r\n\r\n1;${'x'.repeat(300)}`],
    ['trailers without end', `${head}transfer-encoding: chunked\r\n\r\n0\r\n${'x-a: b\r\n'.repeat(100)}`],
    ['interim answers without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(10)],
  ])('%s', (_, text) => {
    expect(readText(text)).toMatchObject({ problem: 'malformed', responses: [] });
  });

  test('nothing after it on the connection is believed', () => {
    const { problem, responses } = read([
      Buffer.from('garbage\r\n\r\n'),
      Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    ]);
    expect({ problem, responses }).toEqual({ problem: 'malformed', responses: [] });
  });
});

describe('a body over the limit', () => {
  const tooLong = 'x'.repeat(LIMITS.maxBodyBytes + 1);
  test.each([
    ['announced', `HTTP/1.1 200 OK\r\ncontent-length: ${tooLong.length}\r\n\r\n`],
    ['in chunks', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${tooLong.length.toString(16)}\r\n`],
    ['until the end', `HTTP/1.1 200 OK\r\n\r\n${tooLong}`],
  ])('%s is refused', (_, text) => {
    expect(readText(text)).toMatchObject({ problem: 'too-large', responses: [] });
  });

  test('up to the limit is taken', () => {
    const body = 'x'.repeat(LIMITS.maxBodyBytes);
    expect(readText(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`).responses[0]?.bodyBytes).toBe(
      body.length,
    );
  });
});
