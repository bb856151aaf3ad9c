import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createFramer } from '#bin/bench/gateway/framing.ts';

const withLength = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const inChunks = (body: string): string => {
  const bytes = Buffer.from(body);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 7) {
    const piece = bytes.toString('latin1', at, at + 7);
    pieces.push(`${piece.length.toString(16)}\r\n${piece}\r\n`);
  }
  return `${Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n').toString('latin1')}${pieces.join('')}0\r\n\r\n`;
};

/** Cuts the stream at every place named and gives the bodies that come out. */
const bodiesOf = (stream: Buffer, cuts: readonly number[]): readonly string[] => {
  const bodies: string[] = [];
  const framer = createFramer((_, body) => bodies.push(body.toString('utf8')));
  const places = [...new Set(cuts.map((cut) => cut % stream.length)), stream.length].toSorted((a, b) => a - b);
  let from = 0;
  for (const place of places) {
    // The same memory for every piece, as a socket that reads into one buffer gives it.
    const piece = Buffer.from(stream.subarray(from, place));
    framer.feed(piece);
    piece.fill(0);
    from = place;
  }
  return bodies;
};

describe('messages out of a stream', () => {
  test('come out whole, in order, however the stream is cut', () => {
    const message = fc.record({ body: fc.string({ unit: 'grapheme', maxLength: 60 }), chunked: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (messages, cuts) => {
          const stream = Buffer.concat(
            messages.map(({ body, chunked }) =>
              chunked ? Buffer.from(inChunks(body), 'latin1') : Buffer.from(withLength(body)),
            ),
          );
          expect(bodiesOf(stream, cuts)).toEqual(messages.map(({ body }) => body));
        },
      ),
    );
  });

  test('may have no body, and tell their head', () => {
    const heads: string[] = [];
    createFramer((head, body) => heads.push(`${head} ${body.length}`)).feed(
      Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\nGET /b HTTP/1.1\r\n\r\n'),
    );
    expect(heads).toEqual(['GET / HTTP/1.1\r\nhost: a 0', 'GET /b HTTP/1.1 0']);
  });

  test('with a chunk that has no size are refused', () => {
    expect(() =>
      createFramer(() => undefined).feed(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n')),
    ).toThrow('a chunk without its size');
  });
});
