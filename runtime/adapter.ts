/** How a vendor's adapter presents itself, whatever system it serves. */
import type { ZodType } from 'zod';
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { Upstream, UpstreamLimits } from '#runtime/resilience/upstream.ts';

/** One configured account at one vendor, with secrets already read from the environment. */
export type Account<Options> = {
  /** Connection id from throughline.yaml: names the account in logs, metrics, stamps and webhook paths. */
  readonly connection: string;
  readonly baseUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly options: Options;
};

export type AdapterDeps = {
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

/**
 * What a vendor folder exports. `options` validates the connection's `options` in throughline.yaml with path-precise
 * messages; `credentials` names the secrets it needs; `limits` are the vendor's published limits. `open` does no I/O
 * beyond what it must and never fails because the vendor is down.
 */
export type Adapter<Port, Options> = {
  readonly vendor: string;
  readonly options: ZodType<Options>;
  readonly credentials: readonly string[];
  readonly limits: UpstreamLimits;
  open(account: Account<Options>, deps: AdapterDeps): Port;
};
