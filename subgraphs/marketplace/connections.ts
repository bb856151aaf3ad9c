/** Several marketplace accounts may be connected: each marketplace belongs to one, and a failing one silences no other. */
import { Failure } from '#runtime/failure.ts';
import type { Connection } from '#runtime/inlet/connections.ts';
import type { Log } from '#runtime/log.ts';
import type { MarketplacePort } from './port.ts';

export type MarketplaceConnection = Connection<MarketplacePort>;

/** By marketplace. Two accounts on one marketplace would publish against each other, so that is refused. */
export const byMarketplace = (
  connections: readonly MarketplaceConnection[],
): ReadonlyMap<string, MarketplaceConnection> => {
  const found = new Map<string, MarketplaceConnection>();
  for (const connection of connections) {
    for (const name of connection.port.marketplaces) {
      const other = found.get(name);
      if (other !== undefined) {
        const path = `connections.${connection.connection}.options.marketplaces`;
        const message = `${path}: ${name} belongs to ${other.connection} already; name each marketplace once.`;
        throw new Failure('CONFIG_INVALID', message, { field: path });
      }
      found.set(name, connection);
    }
  }
  return found;
};

export type Answers<T> = {
  readonly answers: readonly { readonly connection: string; readonly answer: T }[];
  /** Somebody did not answer. */
  readonly partial: boolean;
};

/** Asks every connection; throws only when none answered. */
export const askAll = async <T>(
  connections: readonly MarketplaceConnection[],
  ask: (connection: MarketplaceConnection) => Promise<T>,
  deps: { readonly log: Log },
): Promise<Answers<T>> => {
  const settled = await Promise.allSettled(connections.map(ask));
  const answers: { readonly connection: string; readonly answer: T }[] = [];
  const failures: unknown[] = [];
  for (const [place, outcome] of settled.entries()) {
    const connection = connections[place]?.connection ?? '';
    if (outcome.status === 'fulfilled') {
      answers.push({ connection, answer: outcome.value });
      continue;
    }
    failures.push(outcome.reason);
    deps.log.warn({ connection, error: String(outcome.reason) }, 'did not answer; its part is missing');
  }
  if (answers.length === 0 && failures.length > 0) throw failures[0];
  return { answers, partial: failures.length > 0 };
};
