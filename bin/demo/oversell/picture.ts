/** What a shop believes to lie where: the tills' counts as it was last told, less what it took itself since. */
import type { Recount } from './places.ts';
import type { Weekend } from './weekend.ts';

export type Picture = {
  note(recount: Recount): void;
  units(sku: string, place: string): number;
  /** Where an order is sent: the warehouse, else the store that seems to have most; null when nobody seems to have one. */
  best(sku: string): string | null;
};

export const createPicture = ({ items, warehouse, stores }: Weekend): Picture => {
  const counts = new Map(items.map(({ sku }) => [sku, new Map<string, number>()]));
  const units = (sku: string, place: string): number => counts.get(sku)?.get(place) ?? 0;
  return {
    note: ({ place, sku, counted }) => {
      counts.get(sku)?.set(place, counted);
    },
    units,
    best: (sku) => {
      if (units(sku, warehouse) > 0) return warehouse;
      let best: string | null = null;
      for (const store of stores) if (units(sku, store) > (best === null ? 0 : units(sku, best))) best = store;
      return best;
    },
  };
};
