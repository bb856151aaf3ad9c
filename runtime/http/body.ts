import type { IncomingMessage } from 'node:http';

const NOTHING = new Uint8Array(0);

/** Whether the headers speak of a body; without one there is nothing to wait for. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  (headers['content-length'] !== undefined && headers['content-length'] !== '0') ||
  headers['transfer-encoding'] !== undefined;

/**
 * Reads a body up to a limit and hands it over, or null when it is larger. The limit holds for what really arrives,
 * whatever Content-Length says. A body that is broken off is handed to nobody.
 */
export const readBody = (
  message: IncomingMessage,
  limitBytes: number,
  done: (bytes: Uint8Array | null) => void,
): void => {
  if (Number(message.headers['content-length'] ?? 0) > limitBytes) {
    done(null);
    return;
  }
  let first: Uint8Array = NOTHING;
  let rest: Uint8Array[] | null = null;
  let sizeBytes = 0;
  const take = (chunk: Buffer): void => {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) {
      message.pause();
      message.off('data', take);
      message.off('end', end);
      done(null);
    } else if (first === NOTHING) first = chunk;
    else {
      rest ??= [first];
      rest.push(chunk);
    }
  };
  const end = (): void => done(rest ? Buffer.concat(rest) : first);
  message.on('data', take);
  message.on('end', end);
};
