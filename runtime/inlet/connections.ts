/** Configured accounts become port instances, each behind the governor of its account at the vendor. */
import { createHash } from 'node:crypto';
import type { SystemKind } from '#model/identifiers.ts';
import type { PolledStream, PushInlet, RestateStock } from '#model/inlet.ts';
import type { Adapter } from '#runtime/adapter.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { ReadingObservation, Shelf } from '#runtime/reading/reading.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import { type CallObservation, createGovernor, type Governor } from '#runtime/resilience/governor.ts';
import type { OutboundFetch } from '#runtime/resilience/outbound-fetch.ts';
import type { QuotaStore } from '#runtime/resilience/quota/store.ts';
import type { GovernorReport } from '#runtime/resilience/report.ts';
import type { UpstreamLimits } from '#runtime/resilience/upstream.ts';

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
  readonly vendor: string;
  readonly port: Port;
  /** What is kept of its answers. */
  readonly shelf: Shelf;
  /** Connections to the same account share a governor, and tell the same. */
  report(): GovernorReport;
  /** Tells when calls are paused, held or go on again. The returned function ends it. */
  onChange(listener: () => void): () => void;
};

export type ConnectionDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly fetch?: OutboundFetch;
  /** Shared with other processes that call the same accounts; by default each account has its own in memory. */
  readonly quotas?: QuotaStore;
  readonly observe?: (observation: CallObservation) => void;
  readonly observeReading?: (observation: ReadingObservation) => void;
};

// biome-ignore lint/suspicious/noExplicitAny: the options of each vendor are its own; they are validated before use.
type AnyAdapter<Port> = Adapter<Port, any>;

const invalid = (path: string, message: string): Failure =>
  new Failure('CONFIG_INVALID', `${path}: ${message}`, { field: path });

/** Names an account at a vendor in quota stores. Never logged: a weak password could be guessed from it. */
const accountKey = ({ baseUrl, credentials, vendor }: ConfiguredAccount): string =>
  createHash('sha256')
    .update(JSON.stringify([vendor, urlOf(baseUrl), Object.entries(credentials).toSorted()]))
    .digest('base64url')
    .slice(0, 22);

const urlOf = (baseUrl: string): string => baseUrl.replace(/\/$/, '');

/** One governor per account: the vendor counts calls by credentials, however many connections use them. */
const createGovernors = (deps: ConnectionDeps): ((account: ConfiguredAccount, limits: UpstreamLimits) => Governor) => {
  const governors = new Map<string, Governor>();
  return (account, limits) => {
    const quotaKey = accountKey(account);
    const governor = governors.get(quotaKey) ?? createGovernor({ connection: account.id, limits, quotaKey }, deps);
    governors.set(quotaKey, governor);
    return governor;
  };
};

const openConnection = <Port extends InletPort>(
  account: ConfiguredAccount,
  adapters: readonly AnyAdapter<Port>[],
  governorOf: (account: ConfiguredAccount, limits: UpstreamLimits) => Governor,
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
  const governor = governorOf(account, adapter.limits);
  const { clock, ids } = deps;
  const log = deps.log.child({ connection: account.id });
  const port = adapter.open(
    {
      connection: account.id,
      baseUrl: urlOf(account.baseUrl),
      credentials: account.credentials,
      options: options.data,
    },
    { upstream: governor.named(account.id), clock, ids, log },
  );
  const observe = deps.observeReading;
  return {
    connection: account.id,
    vendor: account.vendor,
    port,
    shelf: createShelf({ connection: account.id }, { clock, ids, log, ...(observe ? { observe } : {}) }),
    report: governor.report,
    onChange: governor.onChange,
  };
};

export const openConnections = <Port extends InletPort>(
  accounts: readonly ConfiguredAccount[],
  adapters: readonly AnyAdapter<Port>[],
  deps: ConnectionDeps,
): readonly Connection<Port>[] => {
  const governorOf = createGovernors(deps);
  return accounts.map((account) => openConnection(account, adapters, governorOf, deps));
};
