import type { IncomingMessage } from 'node:http';

export type BodyOutcome =
  | { readonly kind: 'complete'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'broken-off' };

/** Reads a body up to a limit. The limit holds for what really arrives, whatever Content-Length says. */
export const readBody = (message: IncomingMessage, limitBytes: number): Promise<BodyOutcome> =>
  new Promise((resolve) => {
    const declared = Number(message.headers['content-length'] ?? 0);
    if (declared > limitBytes) return resolve({ kind: 'too-large' });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    message.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) {
        message.pause();
        message.removeAllListeners('data');
        resolve({ kind: 'too-large' });
        return;
      }
      chunks.push(chunk);
    });
    message.once('end', () =>
      resolve({ kind: 'complete', bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) }),
    );
    message.once('error', () => resolve({ kind: 'broken-off' }));
    message.once('close', () => resolve({ kind: 'broken-off' }));
  });
