/** Cursors: opaque, versioned, bound to channel and epoch, and authenticated, so that nobody can make one up. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Failure } from '#runtime/failure.ts';
import type { CursorPosition } from './journal.ts';

const VERSION = 1;
const MAC_BYTES = 12;

const macOf = (body: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(body).digest().subarray(0, MAC_BYTES);

export const encodeCursor = (at: CursorPosition, secret: string): string => {
  const parts = [VERSION, at.channel, at.epoch, at.position, ...(at.mark == null ? [] : [at.mark])];
  const body = Buffer.from(JSON.stringify(parts)).toString('base64url');
  return `${body}.${macOf(body, secret).toString('base64url')}`;
};

const invalid = (): Failure =>
  new Failure(
    'CURSOR_INVALID',
    'The cursor was not issued by this server: send it exactly as received, or leave it out to start with a snapshot.',
    {
      field: 'after',
    },
  );

export const decodeCursor = (text: string, secret: string): CursorPosition => {
  const [body = '', mac = '', ...rest] = text.split('.');
  const given = Buffer.from(mac, 'base64url');
  if (rest.length > 0 || given.length !== MAC_BYTES || !timingSafeEqual(given, macOf(body, secret))) throw invalid();
  const parts: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  if (!Array.isArray(parts) || parts[0] !== VERSION) throw invalid();
  const [, channel, epoch, position, mark] = parts;
  if (typeof channel !== 'string' || typeof epoch !== 'string' || !Number.isSafeInteger(position)) throw invalid();
  return { channel, epoch, position, ...(typeof mark === 'string' ? { mark } : {}) };
};
