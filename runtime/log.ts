import { type Logger, pino } from 'pino';

/** Structured log. Never log personal data, credentials or raw payloads: ids, codes and counts only. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & { child(bindings: Record<string, unknown>): Log };

/** Logs JSON lines to stderr, so that stdout stays for what a person or script asked for. */
export const createLog = (options: { readonly name: string; readonly level: string }): Log =>
  pino(
    { name: options.name, level: options.level, base: { pid: process.pid } },
    pino.destination({ fd: 2, sync: false }),
  );

export const silentLog: Log = pino({ level: 'silent' });
