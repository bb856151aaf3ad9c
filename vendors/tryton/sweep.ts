/**
 * Finding what changed. Tryton pushes nothing and numbers nothing; every record carries the time it was last written,
 * so changes are found by asking for the records written since the last look.
 *
 * Two dangers are handled here. A record's stamp is the START of the transaction that wrote it, so a slow transaction
 * appears late with an old stamp: every sweep looks `overlapMs` further back than where the last one ended, and
 * fingerprints keep it from reporting the same thing twice. And a sweep over many pages is no snapshot: the next one
 * starts where this one BEGAN.
 *
 * All state is in the mark, which the caller stores together with what it made of the rows: a sweep that is repeated
 * from an old mark reports everything again and loses nothing.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { dateTimeValue } from './values.ts';

const sweepMark = z.object({
  /** Stamps from here (less the overlap) are of interest; null: everything. */
  since: z.string().nullable(),
  /** Where the next sweep starts; null until this one has read its first page. */
  reached: z.string().nullable(),
  /** Pages go by id. 0: at the beginning of a sweep. */
  afterId: z.number().int(),
  /** Fingerprints of the records reported within the overlap, by id, with their stamps. */
  seen: z.record(z.string(), z.tuple([z.string(), z.string()]).readonly()),
});
export type SweepMark = Readonly<z.infer<typeof sweepMark>>;

export const firstMark: SweepMark = { since: null, reached: null, afterId: 0, seen: {} };

export const markText = (mark: SweepMark): string => JSON.stringify(mark);

/** The mark behind a stored watermark, or the first one when it is absent or not ours. */
export const markFrom = (watermark: string | null): SweepMark => {
  if (watermark === null) return firstMark;
  try {
    return sweepMark.parse(JSON.parse(watermark));
  } catch {
    return firstMark;
  }
};

export type SweptRow = {
  readonly id: number;
  /** ISO instant of the last write to the record or to what belongs to it. */
  readonly stamp: string;
  /** Changes whenever anything that matters changes, even twice within one millisecond. */
  readonly fingerprint: string;
};

export const fingerprintOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 12);

/** The later of the two times a record carries; a record that was never rewritten has only the first. */
export const stampOf = (row: { readonly create_date: string; readonly write_date: string | null }): string =>
  row.write_date !== null && row.write_date > row.create_date ? row.write_date : row.create_date;

const EPOCH = '1970-01-01T00:00:00.000Z';

const latest = (first: string, ...others: readonly string[]): string =>
  others.reduce((kept, next) => (next > kept ? next : kept), first);

const before = (instant: string, ms: number): string => isoOf(Math.max(0, Date.parse(instant) - ms));

/** The clauses of a page: ids in order, stamps of the window. `paths` are the stamped relations, '' for the model itself. */
export const windowDomain = (mark: SweepMark, paths: readonly string[], overlapMs: number): readonly unknown[] => {
  const byId = ['id', '>', mark.afterId];
  if (mark.since === null) return [byId];
  const from = dateTimeValue(before(mark.since, overlapMs));
  return [
    byId,
    ['OR', ...paths.flatMap((path) => ['write_date', 'create_date'].map((field) => [`${path}${field}`, '>=', from]))],
  ];
};

export type PageOutcome<Row> = { readonly fresh: readonly Row[]; readonly mark: SweepMark; readonly more: boolean };

/** Judges a page: what in it is new, and where to go on. `isLast`: fewer rows came than were asked for. */
export const judgePage = <Row extends SweptRow>(
  mark: SweepMark,
  rows: readonly Row[],
  page: { readonly isLast: boolean; readonly newest: string | null; readonly overlapMs: number },
): PageOutcome<Row> => {
  const fresh = rows.filter((row) => mark.seen[row.id]?.[1] !== row.fingerprint);
  const stamps = rows.map((row) => row.stamp);
  const reached = mark.reached ?? page.newest ?? latest(mark.since ?? EPOCH, ...stamps);
  const horizon = before(reached, page.overlapMs);
  const seen = Object.fromEntries([
    ...Object.entries(mark.seen).filter(([, [stamp]]) => stamp >= horizon),
    ...rows.filter((row) => row.stamp >= horizon).map((row) => [String(row.id), [row.stamp, row.fingerprint]] as const),
  ]);
  if (!page.isLast)
    return { fresh, mark: { since: mark.since, reached, afterId: rows.at(-1)?.id ?? 0, seen }, more: true };
  const next = { since: reached, reached: null, afterId: 0, seen };
  return { fresh, mark: fresh.length === 0 && markText(next) === markText(mark) ? mark : next, more: false };
};

/** Moves a resting mark forward in time and forgets what fell out of its overlap. */
export const advanceMark = (mark: SweepMark, byMs: number, overlapMs: number): SweepMark => {
  if (mark.since === null || mark.afterId !== 0) return mark;
  const since = isoOf(Date.parse(mark.since) + byMs);
  const horizon = before(since, overlapMs);
  return {
    ...mark,
    since,
    seen: Object.fromEntries(Object.entries(mark.seen).filter(([, [stamp]]) => stamp >= horizon)),
  };
};

export type SweepSource<Row extends SweptRow> = {
  /** Relations whose stamps count as the record's own, each ending in a dot; '' is the record itself. */
  readonly paths: readonly string[];
  /** Rows matching the domain in order of id, at most `limit`; `fullPage` when `limit` records matched. */
  page(
    domain: readonly unknown[],
    limit: number,
  ): Promise<{ readonly rows: readonly Row[]; readonly fullPage: boolean }>;
  /** The newest stamp the model has now, or null when it is empty. Asked once, before everything is read. */
  newest(): Promise<string | null>;
};

export type SweepOptions = { readonly overlapMs: number; readonly pageSize: number };

export type Sweep<Row extends SweptRow> = {
  step(mark: SweepMark, source: SweepSource<Row>): Promise<PageOutcome<Row>>;
};

/**
 * One sweep of one model. In memory it keeps only how long a mark has rested: while nothing changes, time passes on the
 * server as it passes here, so the window may follow and need not show its last content for ever. It follows in steps
 * of half the overlap, so that even a jump of our clock leaves the other half.
 */
export const createSweep = <Row extends SweptRow>(
  options: SweepOptions,
  deps: { readonly clock: Clock },
): Sweep<Row> => {
  const stepMs = options.overlapMs / 2;
  let resting: { readonly text: string; readonly sinceMs: number } | null = null;

  return {
    step: async (mark, source) => {
      const startedMs = deps.clock.now();
      const newest = mark.since === null && mark.reached === null ? ((await source.newest()) ?? EPOCH) : null;
      const { rows, fullPage } = await source.page(
        windowDomain(mark, source.paths, options.overlapMs),
        options.pageSize,
      );
      const outcome = judgePage(mark, rows, { isLast: !fullPage, newest, overlapMs: options.overlapMs });
      const idle = !outcome.more && outcome.fresh.length === 0 && Object.keys(outcome.mark.seen).length > 0;
      const text = markText(outcome.mark);
      if (idle && resting?.text === text && startedMs - resting.sinceMs >= stepMs) {
        const moved = advanceMark(outcome.mark, stepMs, options.overlapMs);
        resting = { text: markText(moved), sinceMs: deps.clock.now() };
        return { ...outcome, mark: moved };
      }
      if (resting?.text !== text) resting = { text, sinceMs: deps.clock.now() };
      return outcome;
    },
  };
};
