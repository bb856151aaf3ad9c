/** Several marketplace accounts may be connected: each marketplace belongs to one, and a failing one silences no other. */
import { Failure } from '#runtime/failure.ts';
import type { Connection } from '#runtime/inlet/connections.ts';
import type { MarketplacePort } from './port.ts';

export type MarketplaceConnection = Pick<Connection<MarketplacePort>, 'connection' | 'port' | 'shelf'>;

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
