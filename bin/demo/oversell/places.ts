/** What really lies in the places, and what their own tills believe of it. Nobody who sells online can see the former. */
import type { Picture } from './picture.ts';
import type { Weekend } from './weekend.ts';

type Position = { counted: number; there: number };

/** One item at one place whose count has changed. */
export type Recount = { readonly place: string; readonly sku: string; readonly counted: number };

export type Places = {
  /** A walk-in takes a unit to the till. False when there is none. */
  sell(store: string, sku: string): boolean;
  /**
   * Staff take a unit for an order off the shelf, in the asked place, else where the shop believes one to be. A place that
   * cannot find it corrects its count and passes the order on. Null: three places have looked in vain, or none is left.
   */
  setAside(sku: string, picture: Picture, from: string | null): string | null;
  /** As the tills and the warehouse count now. */
  counts(): Iterable<Recount>;
  /** Counts that changed since the last call for these places. */
  changed(which: 'stores' | 'warehouse'): readonly Recount[];
  /** Whether some place has a unit and knows it. */
  has(sku: string): boolean;
  /** Units that are really there. */
  left(): number;
  /** How often staff looked for a unit in vain. */
  readonly shortPicks: number;
};

/** An order that so many places cannot fill is cancelled. */
const PLACES_ASKED = 3;

export const createPlaces = ({ shelves, warehouse }: Weekend): Places => {
  const bySku = new Map<string, Map<string, Position>>();
  for (const { place, sku, counted, there } of shelves) {
    const positions = bySku.get(sku) ?? new Map<string, Position>();
    positions.set(place, { counted, there });
    bySku.set(sku, positions);
  }
  const dirty = { stores: new Set<string>(), warehouse: new Set<string>() };
  let shortPicks = 0;

  const positionAt = (place: string, sku: string): Position => {
    const found = bySku.get(sku)?.get(place);
    if (!found) throw new Error(`there is no shelf for ${sku} in ${place}`);
    return found;
  };
  const note = (place: string, sku: string): void => {
    dirty[place === warehouse ? 'warehouse' : 'stores'].add(JSON.stringify([place, sku]));
  };
  const take = (place: string, sku: string): boolean => {
    const position = positionAt(place, sku);
    if (position.there === 0) return false;
    position.there -= 1;
    position.counted = Math.max(0, position.counted - 1);
    note(place, sku);
    return true;
  };
  return {
    sell: take,
    setAside: (sku, picture, from) => {
      let place = from ?? picture.best(sku);
      for (let asked = 1; place !== null; asked += 1) {
        const found = take(place, sku);
        if (found) {
          picture.note({ place, sku, counted: Math.max(0, picture.units(sku, place) - 1) });
          return place;
        }
        shortPicks += 1;
        positionAt(place, sku).counted = 0;
        note(place, sku);
        picture.note({ place, sku, counted: 0 });
        if (asked === PLACES_ASKED) return null;
        place = picture.best(sku);
      }
      return null;
    },
    counts: function* () {
      for (const [sku, positions] of bySku) for (const [place, { counted }] of positions) yield { place, sku, counted };
    },
    changed: (which) => {
      const changed = [...dirty[which]].map((key) => {
        const [place, sku] = JSON.parse(key) as [string, string];
        return { place, sku, counted: positionAt(place, sku).counted };
      });
      dirty[which].clear();
      return changed;
    },
    has: (sku) => [...(bySku.get(sku)?.values() ?? [])].some(({ there, counted }) => there > 0 && counted > 0),
    left: () =>
      [...bySku.values()].reduce(
        (sum, positions) => [...positions.values()].reduce((inner, { there }) => inner + there, sum),
        0,
      ),
    get shortPicks() {
      return shortPicks;
    },
  };
};
