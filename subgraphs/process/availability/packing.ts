/**
 * Items at a fraction of their size, for keeping all of them in memory: numbers side by side in one buffer, names as
 * places in lists that all items share. What is packed comes out as it went in.
 */
import type { StockReading } from '#model/stock.ts';
import { isoOf } from '#runtime/clock.ts';
import type { ItemFacts, Learnt, SourceReading } from './facts.ts';

export type PackedItem = Omit<ItemFacts, 'readings' | 'learnt'> & {
  readonly readingCount: number;
  /** Null: nothing is said about what was learnt, not even that it is nothing. */
  readonly learntCount: number | null;
  /** Times of the readings, what was learnt, counts of the readings; see `columnsOf`. */
  readonly numbers: ArrayBuffer;
  /** Of readings that have one, by their place among the readings. */
  readonly sequences: ReadonlyMap<number, string> | null;
};

export type Packing = {
  pack(item: ItemFacts): PackedItem;
  unpack(packed: PackedItem): ItemFacts;
};

/** Per reading, epoch milliseconds: of its source, received, proven. */
const TIMES = 3;
/** Per place: the number of its code, units sold, minutes observed, as of, short pick and count (NaN: none). */
const LEARNT = 6;
/** Per reading: the numbers of its location and manner, then its six quantities. */
const COUNTS = 8;

type Columns = { readonly times: Float64Array; readonly learnt: Float64Array; readonly counts: Int32Array };

const columnsOf = (numbers: ArrayBuffer, readingCount: number, learntCount: number): Columns => {
  const times = new Float64Array(numbers, 0, readingCount * TIMES);
  const learnt = new Float64Array(numbers, times.byteLength, learntCount * LEARNT);
  const counts = new Int32Array(numbers, times.byteLength + learnt.byteLength, readingCount * COUNTS);
  return { times, learnt, counts };
};

const bytesFor = (readingCount: number, learntCount: number): number =>
  Float64Array.BYTES_PER_ELEMENT * (readingCount * TIMES + learntCount * LEARNT) +
  Int32Array.BYTES_PER_ELEMENT * readingCount * COUNTS;

/** Equal texts have equal numbers. */
const createNumbering = <T>(textOf: (thing: T) => string) => {
  const things: T[] = [];
  const numbers = new Map<string, number>();
  return {
    numberOf: (thing: T): number => {
      const text = textOf(thing);
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, things.length);
      return things.push(thing) - 1;
    },
    at: (number: number | undefined): T => {
      const thing = things[number ?? -1];
      if (thing === undefined) throw new RangeError(`nothing has the number ${number}`);
      return thing;
    },
  };
};

/** What few readings differ in: where a number comes from and how it is to be read. */
type Manner = Pick<SourceReading, 'system' | 'connection'> & Pick<StockReading, 'reservations' | 'basis'>;

const mannerText = ({ system, connection, reservations, basis }: Manner): string =>
  `${system} ${reservations} ${basis} ${connection}`;

const instantAt = (column: Float64Array, index: number): number | null => {
  const value = column[index] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
};

export const createPacking = (): Packing => {
  const codes = createNumbering<string>((code) => code);
  const manners = createNumbering<Manner>(mannerText);

  const packReadings = (readings: ItemFacts['readings'], { times, counts }: Columns): Map<number, string> => {
    const sequences = new Map<number, string>();
    readings.forEach(({ system, connection, locationCode, receivedAtMs, provenMs, reading }, index) => {
      const { reservations, basis, sequence } = reading;
      const { onHand, damaged, qualityHold, returnsPending, reservedHard, inTransit } = reading;
      const manner = manners.numberOf({ system, connection, reservations, basis });
      const quantities = [onHand, damaged, qualityHold, returnsPending, reservedHard, inTransit];
      counts.set([codes.numberOf(locationCode), manner, ...quantities], index * COUNTS);
      times.set([Date.parse(reading.asOf), receivedAtMs, provenMs], index * TIMES);
      if (sequence !== undefined) sequences.set(index, sequence);
    });
    return sequences;
  };

  const unpackReading = ({ times, counts }: Columns, index: number, sequence: string | undefined): SourceReading => {
    const count = (column: number): number => counts[index * COUNTS + column] ?? 0;
    const time = (column: number): number => times[index * TIMES + column] ?? 0;
    const { system, connection, reservations, basis } = manners.at(count(1));
    return {
      system,
      connection,
      locationCode: codes.at(count(0)),
      receivedAtMs: time(1),
      provenMs: time(2),
      reading: {
        onHand: count(2),
        damaged: count(3),
        qualityHold: count(4),
        returnsPending: count(5),
        reservedHard: count(6),
        reservations,
        inTransit: count(7),
        basis,
        asOf: isoOf(time(0)),
        ...(sequence === undefined ? {} : { sequence }),
      },
    };
  };

  const packLearnt = (all: ReadonlyMap<string, Learnt>, { learnt }: Columns): void => {
    let at = 0;
    for (const [code, { rate, shortPickAtMs, countedAtMs }] of all) {
      const found = [shortPickAtMs ?? Number.NaN, countedAtMs ?? Number.NaN];
      learnt.set([codes.numberOf(code), rate.soldUnits, rate.observedMinutes, rate.atMs, ...found], at);
      at += LEARNT;
    }
  };

  const unpackLearnt = ({ learnt }: Columns): ReadonlyMap<string, Learnt> => {
    const all = new Map<string, Learnt>();
    for (let at = 0; at < learnt.length; at += LEARNT) {
      const number = (column: number): number => learnt[at + column] ?? 0;
      all.set(codes.at(number(0)), {
        rate: { soldUnits: number(1), observedMinutes: number(2), atMs: number(3) },
        shortPickAtMs: instantAt(learnt, at + 4),
        countedAtMs: instantAt(learnt, at + 5),
      });
    }
    return all;
  };

  return {
    pack: ({ readings, learnt, ...rest }) => {
      const readingCount = readings.length;
      const learntCount = learnt?.size ?? 0;
      const numbers = new ArrayBuffer(bytesFor(readingCount, learntCount));
      const columns = columnsOf(numbers, readingCount, learntCount);
      const sequences = packReadings(readings, columns);
      if (learnt) packLearnt(learnt, columns);
      return {
        ...rest,
        readingCount,
        learntCount: learnt ? learntCount : null,
        numbers,
        sequences: sequences.size > 0 ? sequences : null,
      };
    },
    unpack: ({ readingCount, learntCount, numbers, sequences, ...rest }) => {
      const columns = columnsOf(numbers, readingCount, learntCount ?? 0);
      return {
        ...rest,
        readings: Array.from({ length: readingCount }, (_, index) =>
          unpackReading(columns, index, sequences?.get(index)),
        ),
        ...(learntCount === null ? {} : { learnt: unpackLearnt(columns) }),
      };
    },
  };
};
