/** Clients of subgraphs, shared by all generations that ask the same subgraph at the same place. */
import type { Hop } from '../execution/hop.ts';
import type { Upstream } from '../upstream/client.ts';

/** The client, and what of it operations are given. */
export type Opened = { readonly client: Upstream; readonly hop: Hop };

type Subgraphs = readonly { readonly name: string; readonly url: string }[];

export type Lease = {
  hopOf(service: string): Hop;
  urlOf(service: string): string;
  /** Closes the clients that no other generation uses. */
  release(): void;
};

export type Upstreams = AsyncDisposable & {
  lease(subgraphs: Subgraphs): Lease;
  /** Open now. */
  clients(): readonly Upstream[];
};

export const createUpstreams = (
  urls: Readonly<Record<string, string>>,
  open: (name: string, url: string) => Opened,
): Upstreams => {
  const shared = new Map<string, Opened & { leases: number }>();

  const dropOne = async (key: string): Promise<void> => {
    const entry = shared.get(key);
    if (!entry) return;
    entry.leases -= 1;
    if (entry.leases > 0) return;
    shared.delete(key);
    await entry.client[Symbol.asyncDispose]();
  };

  return {
    lease: (subgraphs) => {
      const own = new Map<string, { readonly key: string; readonly url: string; readonly hop: Hop }>();
      for (const { name, url: routingUrl } of subgraphs) {
        const url = urls[name] ?? routingUrl;
        const key = `${name} ${url}`;
        const entry = shared.get(key) ?? { ...open(name, url), leases: 0 };
        entry.leases += 1;
        shared.set(key, entry);
        own.set(name, { key, url, hop: entry.hop });
      }
      let isReleased = false;
      return {
        hopOf: (service) => {
          const found = own.get(service);
          if (!found) throw new Error(`The supergraph names no subgraph "${service}".`);
          return found.hop;
        },
        urlOf: (service) => own.get(service)?.url ?? '',
        release: () => {
          if (isReleased) return;
          isReleased = true;
          for (const { key } of own.values()) void dropOne(key);
        },
      };
    },
    clients: () => [...shared.values()].map(({ client }) => client),
    [Symbol.asyncDispose]: async () => {
      const open = [...shared.values()];
      shared.clear();
      await Promise.all(open.map(({ client }) => client[Symbol.asyncDispose]()));
    },
  };
};
