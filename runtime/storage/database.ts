/** Durable storage: Postgres SQL, either embedded (PGlite in a worker thread) or the retailer's own server. */
export type SqlParameter = string | number | boolean | null | readonly string[] | readonly number[];
export type Row = Readonly<Record<string, unknown>>;

/** One connection or transaction. Parameters are $1, $2 ...; JSON goes in as JSON text with a ::jsonb cast. */
export type Sql = {
  query<T extends Row = Row>(text: string, parameters?: readonly SqlParameter[]): Promise<readonly T[]>;
};

export type Database = Sql &
  AsyncDisposable & {
    readonly kind: 'embedded' | 'server';
    /** Runs `work` in one READ COMMITTED transaction; retried by nobody: the caller decides what a conflict means. */
    transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
    /** A wake-up only, never the truth: may be lost. Fires for this and, on a server, other processes' notifications. */
    listen(topic: string, onWake: () => void): Promise<() => Promise<void>>;
    /** To be called inside the transaction; delivered at its commit. */
    notify(tx: Sql, topic: string): Promise<void>;
  };

/** Numbered steps of one area's tables; applied once each, in order, under a lock. */
export type Migration = { readonly area: string; readonly steps: readonly string[] };
