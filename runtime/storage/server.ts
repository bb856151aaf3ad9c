/** The retailer's own Postgres, through DATABASE_URL. */
import pg from 'pg';
import type { Log } from '#runtime/log.ts';
import type { Database, Row, Sql, SqlParameter } from './database.ts';
import { createWakeUps } from './wake-ups.ts';

const instantOf = (text: string): string => new Date(text).toISOString();
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  20: Number,
  1700: (text) => text,
  1184: instantOf,
  1114: (text) => instantOf(`${text}Z`),
  1082: (text) => text,
};
/** The same JavaScript values as the embedded database gives, whatever the process's default parsers are. */
const typeParsers = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    PARSERS[oid] ?? pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

const RECONNECT_MS = 1_000;
const MAX_CONNECTIONS = 10;

const identifier = (topic: string): string => `"${topic.replaceAll('"', '""')}"`;

const sqlOn = (client: Pick<pg.ClientBase, 'query'>): Sql => ({
  query: async <T extends Row>(text: string, parameters?: readonly SqlParameter[]) => {
    const result = await client.query(text, parameters ? [...parameters] : undefined);
    const last = Array.isArray(result) ? result.at(-1) : result;
    return (last?.rows ?? []) as readonly T[];
  },
});

export const openServer = async (
  options: { readonly databaseUrl: string },
  deps: { readonly log: Log },
): Promise<Database> => {
  const pool = new pg.Pool({ connectionString: options.databaseUrl, max: MAX_CONNECTIONS, types: typeParsers });
  pool.on('error', (error) => deps.log.warn({ error: error.message }, 'idle database connection lost'));
  const wakeUps = createWakeUps();
  let closing = false;
  let listener: pg.Client | null = null;
  let connecting: Promise<void> | null = null;

  /** One connection listens for all topics; wake-ups missed while it reconnects are what the pollers' floor is for. */
  const connectListener = (): Promise<void> => {
    connecting ??= (async () => {
      const client = new pg.Client({ connectionString: options.databaseUrl });
      client.on('notification', (message) => wakeUps.fire([message.channel]));
      client.on('error', () => undefined);
      client.on('end', () => {
        listener = null;
        if (!closing) setTimeout(() => void connectListener().catch(() => undefined), RECONNECT_MS).unref();
      });
      await client.connect();
      listener = client;
      for (const topic of wakeUps.topics()) await client.query(`listen ${identifier(topic)}`);
    })().finally(() => {
      connecting = null;
    });
    return connecting;
  };

  return {
    kind: 'server',
    ...sqlOn(pool as unknown as pg.ClientBase),
    transaction: async (work) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      // The pool hears only the errors of idle connections; one that nobody hears ends the process.
      const onLost = (error: Error): void => {
        broken = error;
      };
      client.on('error', onLost);
      try {
        await client.query('begin');
        const result = await work(sqlOn(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw error;
      } finally {
        client.off('error', onLost);
        client.release(broken);
      }
    },
    listen: async (topic, onWake) => {
      const stop = wakeUps.listen(topic, onWake);
      if (listener) await listener.query(`listen ${identifier(topic)}`);
      else await connectListener();
      return stop;
    },
    notify: async (tx, topic) => {
      await tx.query("select pg_notify($1, '')", [topic]);
    },
    [Symbol.asyncDispose]: async () => {
      closing = true;
      await listener?.end();
      await pool.end();
    },
  };
};
