/** Configured accounts become port instances, each behind its own governor. */
import type { SystemKind } from '#model/identifiers.ts';
import type { PolledStream, PushInlet, RestateStock } from '#model/inlet.ts';
import type { Adapter } from '#runtime/adapter.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { Shelf } from '#runtime/reading/reading.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import { type CallObservation, createGovernor } from '#runtime/resilience/governor.ts';

/** One account as configured, with secrets already read from the environment. */
export type ConfiguredAccount = {
  readonly id: string;
  readonly system: SystemKind;
  readonly vendor: string;
  readonly baseUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly options: unknown;
};

/** What every port has, whatever its system. */
export type InletPort = {
  readonly streams: readonly PolledStream[];
  readonly push?: PushInlet;
  readonly restate?: RestateStock;
};

export type Connection<Port extends InletPort> = {
  /** The configured id, e.g. "pos-main": names the account in stamps, logs, metrics and webhook paths. */
  readonly connection: string;
  readonly port: Port;
  /** What is kept of its answers. */
  readonly shelf: Shelf;
};

export type ConnectionDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly observe?: (observation: CallObservation) => void;
};

// biome-ignore lint/suspicious/noExplicitAny: the options of each vendor are its own; they are validated before use.
type AnyAdapter<Port> = Adapter<Port, any>;

const invalid = (path: string, message: string): Failure =>
  new Failure('CONFIG_INVALID', `${path}: ${message}`, { field: path });

const openConnection = <Port extends InletPort>(
  account: ConfiguredAccount,
  adapters: readonly AnyAdapter<Port>[],
  deps: ConnectionDeps,
): Connection<Port> => {
  const at = `connections.${account.id}`;
  const adapter = adapters.find(({ vendor }) => vendor === account.vendor);
  if (!adapter) {
    const known = adapters.map(({ vendor }) => vendor).join(', ');
    throw invalid(`${at}.vendor`, `"${account.vendor}" is not a known ${account.system} vendor; known are: ${known}.`);
  }
  for (const name of adapter.credentials) {
    if (!account.credentials[name])
      throw invalid(`${at}.credentials.${name}`, 'this credential is needed and has no value.');
  }
  const options = adapter.options.safeParse(account.options);
  if (!options.success) {
    const [issue] = options.error.issues;
    throw invalid([`${at}.options`, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is malformed');
  }
  const upstream = createGovernor({ connection: account.id, limits: adapter.limits }, deps);
  const port = adapter.open(
    {
      connection: account.id,
      baseUrl: account.baseUrl.replace(/\/$/, ''),
      credentials: account.credentials,
      options: options.data,
    },
    { upstream, clock: deps.clock, ids: deps.ids, log: deps.log.child({ connection: account.id }) },
  );
  return {
    connection: account.id,
    port,
    shelf: createShelf({ connection: account.id }, { clock: deps.clock, ids: deps.ids, log: deps.log }),
  };
};

export const openConnections = <Port extends InletPort>(
  accounts: readonly ConfiguredAccount[],
  adapters: readonly AnyAdapter<Port>[],
  deps: ConnectionDeps,
): readonly Connection<Port>[] => accounts.map((account) => openConnection(account, adapters, deps));
