/** The ledger's books about limits: when calls were let in and refused, and which came although they were told to wait. */
import type { SimLimit } from '#simulation/simulator.ts';

/** At most `atOnce` calls in hand, imposed by a concurrency fault. */
export type PlacesLimit = { readonly name: string; readonly atOnce: number };

export type AdmissionReport = {
  /** When the calls came: the newest MOST_TIMES of each. */
  readonly admittedAtMs: readonly number[];
  readonly refusedAtMs: readonly number[];
  /** Calls that came, admitted or not, before a wait was over that a refusal of this limit had told. */
  readonly heldCalls: number;
};
export type LimitReport = AdmissionReport & { readonly ratePerSecond: number; readonly burst: number };
export type PlacesReport = AdmissionReport & { readonly atOnce: number };

/** Bound of what is kept one by one; counts are always complete. */
export const MOST_TIMES = 100_000;

/** What comes this soon after a refusal was on its way already, and not sent in spite of it. */
export const ON_ITS_WAY_MS = 50;

/** Trims in large steps, so that a full list does not cost a copy with every call; reports show the newest `most`. */
export const pushBounded = <T>(list: T[], entry: T, most: number): void => {
  list.push(entry);
  if (list.length >= 2 * most) list.splice(0, list.length - most);
};

export type Holds = {
  /** A refusal that goes out now says to send nothing before `untilMs`. */
  told(nowMs: number, untilMs: number): void;
  /** Whether a call that comes now was told to wait longer. */
  isHeld(nowMs: number): boolean;
};

export const createHolds = (): Holds => {
  let holds: readonly { readonly fromMs: number; readonly untilMs: number }[] = [];
  return {
    told: (nowMs, untilMs) => {
      // One that began earlier and lasts as long says everything that this one does.
      if (!holds.some((hold) => hold.untilMs >= untilMs))
        holds = [...holds, { fromMs: nowMs + ON_ITS_WAY_MS, untilMs }];
    },
    isHeld: (nowMs) => {
      holds = holds.filter(({ untilMs }) => nowMs < untilMs);
      return holds.some(({ fromMs }) => nowMs >= fromMs);
    },
  };
};

type Book = {
  limit: SimLimit | PlacesLimit;
  readonly admittedAtMs: number[];
  readonly refusedAtMs: number[];
  readonly holds: Holds;
  heldCalls: number;
};

export type LimitBooks = {
  used(limit: SimLimit | PlacesLimit, admitted: boolean, nowMs: number): void;
  told(name: string, nowMs: number, untilMs: number): void;
  limits(): Readonly<Record<string, LimitReport>>;
  places(): Readonly<Record<string, PlacesReport>>;
};

const admissionsOf = ({ admittedAtMs, refusedAtMs, heldCalls }: Book): AdmissionReport => ({
  admittedAtMs: admittedAtMs.slice(-MOST_TIMES),
  refusedAtMs: refusedAtMs.slice(-MOST_TIMES),
  heldCalls,
});

export const createLimitBooks = (): LimitBooks => {
  const books = new Map<string, Book>();

  return {
    used: (limit, admitted, nowMs) => {
      const book = books.get(limit.name) ?? {
        limit,
        admittedAtMs: [],
        refusedAtMs: [],
        holds: createHolds(),
        heldCalls: 0,
      };
      books.set(limit.name, book);
      book.limit = limit;
      if (book.holds.isHeld(nowMs)) book.heldCalls += 1;
      pushBounded(admitted ? book.admittedAtMs : book.refusedAtMs, nowMs, MOST_TIMES);
    },
    told: (name, nowMs, untilMs) => books.get(name)?.holds.told(nowMs, untilMs),
    limits: () =>
      Object.fromEntries(
        [...books.values()].flatMap((book) => {
          const { limit } = book;
          if ('atOnce' in limit) return [];
          const { name, ratePerSecond, burst } = limit;
          return [[name, { ratePerSecond, burst, ...admissionsOf(book) }] as const];
        }),
      ),
    places: () =>
      Object.fromEntries(
        [...books.values()].flatMap((book) =>
          'atOnce' in book.limit
            ? [[book.limit.name, { atOnce: book.limit.atOnce, ...admissionsOf(book) }] as const]
            : [],
        ),
      ),
  };
};
