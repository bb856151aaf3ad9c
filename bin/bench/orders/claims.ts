/** What the systems say of their orders, read anew from each through its adapter: nothing of it comes from our own database. */
import type { Change } from '#model/change.ts';
import type { ItemReference, SystemKind } from '#model/identifiers.ts';
import type { StoredClaim } from '#model/order/claims.ts';
import { isoOf, systemClock } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { createLog } from '#runtime/log.ts';
import { aliasKey, matchOf } from '#subgraphs/process/intake/crosswalk.ts';
import { accountsOf, readConfig } from '../../config.ts';
import { readEnvironment } from '../../environment.ts';
import { openSystem } from '../../systems.ts';
import type { Webhook } from './capture.ts';

/** The streams that tell of items and orders. Marketplace orders of the last minutes are found by their webhooks only. */
const STREAMS: Readonly<Partial<Record<SystemKind, readonly string[]>>> = {
  erp: ['products', 'sales'],
  wms: ['shipments', 'returns'],
  pos: ['orders'],
};

const call = () => ({ signal: AbortSignal.timeout(300_000), callClass: 'BACKGROUND', correlationId: 'bench' }) as const;

type Heard = { readonly system: SystemKind; readonly connection: string; readonly change: Change };

/** `webhooks`: of the marketplace, as captured; each is read as the subgraph would read it now. */
const hear = async (variables: NodeJS.ProcessEnv, webhooks: readonly Webhook[]): Promise<readonly Heard[]> => {
  const environment = readEnvironment(variables);
  const config = readConfig(environment);
  const deps = { clock: systemClock, ids: systemIds, log: createLog({ name: 'bench', level: 'silent' }) };
  const heard: Heard[] = [];
  for (const system of ['erp', 'wms', 'pos', 'marketplace'] as const) {
    for (const { connection, port } of openSystem(system, accountsOf(config, system, environment), deps).connections) {
      const take = (changes: readonly Change[]): void => {
        heard.push(...changes.map((change) => ({ system, connection, change })));
      };
      for (const stream of port.streams) {
        if (!STREAMS[system]?.includes(stream.name)) continue;
        for (let watermark: string | null = null, more = true; more; ) {
          const polled = await stream.poll(watermark, call());
          take(polled.changes);
          ({ watermark, more } = polled);
        }
      }
      if (system !== 'marketplace' || !port.push) continue;
      for (const { headers, body, path } of webhooks) {
        const read = await port.push.read({ headers, rawBody: body, url: `http://${headers.host}${path}` }, call());
        take(read.changes);
      }
    }
  }
  return heard;
};

/** Every claim with its items named by their SKU, as the item master maps them. */
export const readClaims = async (
  variables: NodeJS.ProcessEnv,
  webhooks: readonly Webhook[],
): Promise<readonly StoredClaim[]> => {
  const heard = await hear(variables, webhooks);
  const owners = new Map<string, Set<string>>();
  const own = (item: ItemReference, sku: string): void => {
    const key = aliasKey(item);
    owners.set(key, (owners.get(key) ?? new Set()).add(sku));
  };
  for (const { change } of heard) {
    if (change.kind !== 'variant') continue;
    const { sku, gtin, aliases } = change.variant;
    own({ scheme: 'sku', value: sku }, sku);
    if (gtin !== undefined) own({ scheme: 'gtin', value: gtin }, sku);
    for (const alias of aliases) own(alias, sku);
  }
  const named = <T extends { readonly items: readonly ItemReference[] }>(entry: T): T => {
    const match = matchOf(entry.items, (key) => owners.get(key));
    if (match.kind !== 'known') throw new Error(`no item is known as ${match.names.join(' or ')}`);
    const others = entry.items.filter(({ scheme }) => scheme !== 'sku');
    return { ...entry, items: [{ scheme: 'sku', value: match.sku }, ...others] };
  };
  const observedAt = isoOf(systemClock.now());
  return heard.flatMap(({ system, connection, change }): readonly StoredClaim[] =>
    change.kind !== 'order-claim' || change.references.length === 0
      ? []
      : [
          {
            ...change,
            ...(change.lines ? { lines: change.lines.map(named) } : {}),
            ...(change.progress ? { progress: change.progress.map(named) } : {}),
            system,
            connection,
            observedAt,
          },
        ],
  );
};
