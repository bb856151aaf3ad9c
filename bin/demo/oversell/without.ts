/**
 * The shop without the product: the ERP learns every five minutes what the tills sold, and every ten minutes the channels
 * are told what the ERP believes. In between each channel sells what it was told, less what it sold itself.
 */
import { createVirtualClock } from './clock.ts';
import { createMarketplace } from './marketplace.ts';
import { createPicture } from './picture.ts';
import type { Places } from './places.ts';
import type { Shop } from './play.ts';
import { calm } from './rest.ts';
import { isWithin, type SalesChannel, type Weekend } from './weekend.ts';

const BATCH_MS = 5 * 60_000;
const PUBLICATION_MS = 10 * 60_000;
const EVERY_RETRY_MS = 5_000;

/** Units that a channel does not get of an item in the warehouse: the same rule as with the product. */
export const HELD_BACK_IN_WAREHOUSE: Readonly<Record<SalesChannel, number>> = { amazon: 2, web: 0 };

export const openWithout =
  (weekend: Weekend) =>
  async (places: Places): Promise<Shop> => {
    const { startMs, warehouse, stores, silence, items } = weekend;
    const leadMs = 2 * PUBLICATION_MS;
    const clock = createVirtualClock(startMs - leadMs, calm);
    const marketplace = createMarketplace(weekend.throttling, { clock });
    const erp = createPicture(weekend);
    const webShop = new Map<string, number>();
    const waiting = new Map<string, number>();
    let isSending = false;

    const takeBatch = (atMs: number): void => {
      for (const recount of places.counts())
        if (recount.place === warehouse || !isWithin(silence, atMs)) erp.note(recount);
    };
    const sellable = (sku: string, channel: SalesChannel): number =>
      Math.max(0, erp.units(sku, warehouse) - HELD_BACK_IN_WAREHOUSE[channel]) +
      stores.reduce((sum, store) => sum + erp.units(sku, store), 0);
    const send = async (): Promise<void> => {
      isSending = true;
      for (let first = waiting.entries().next().value; first; first = waiting.entries().next().value) {
        const [sku, quantity] = first;
        waiting.delete(sku);
        const call = { signal: new AbortController().signal, correlationId: 'publication' };
        const [result] = await marketplace.publish('', [{ listingId: sku, sku, quantity }], '', call);
        if (result?.outcome === 'ACCEPTED') continue;
        // What was published meanwhile is newer than what was refused.
        if (!waiting.has(sku)) waiting.set(sku, quantity);
        await clock.delay(result?.retryAfterMs ?? EVERY_RETRY_MS);
      }
      isSending = false;
    };
    const publish = (): void => {
      for (const { sku } of items) {
        webShop.set(sku, sellable(sku, 'web'));
        waiting.set(sku, sellable(sku, 'amazon'));
      }
      if (!isSending) void send();
    };

    let nextMs = startMs - leadMs;
    const until = async (atMs: number): Promise<void> => {
      for (; nextMs <= atMs; nextMs += BATCH_MS) {
        await clock.advance(nextMs);
        // Published is what the ERP has: the batch that comes now is told with the next publication.
        if (nextMs > startMs - leadMs && (nextMs - startMs) % PUBLICATION_MS === 0) publish();
        takeBatch(nextMs);
      }
      await clock.advance(atMs);
    };
    await until(startMs);

    const order = (channel: SalesChannel, sku: string): boolean => {
      if (channel === 'amazon') return marketplace.order(sku);
      const shown = webShop.get(sku) ?? 0;
      if (shown > 0) webShop.set(sku, shown - 1);
      return shown > 0;
    };
    return {
      picture: erp,
      until,
      order: async (channel, sku) => (order(channel, sku) ? { from: null, settle: async () => undefined } : null),
      sample: async () => {
        const withheld = items.reduce(
          (sum, { sku }) => sum + Math.min(HELD_BACK_IN_WAREHOUSE.amazon, erp.units(sku, warehouse)),
          0,
        );
        return { offered: marketplace.shown(), withheld, unseen: 0 };
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  };
