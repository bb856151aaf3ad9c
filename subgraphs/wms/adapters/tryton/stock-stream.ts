/**
 * The "stock" stream: first everything, page by page of products with all their sites, then whatever stock moves have
 * touched. Records that are deleted leave no trace in Tryton, so everything is read again once in a while.
 */
import { z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { LocationChange } from '#model/change.ts';
import type { PolledChanges, PolledStream } from '#model/inlet.ts';
import type { CarrierCutoff } from '#model/location.ts';
import { isoOf } from '#runtime/clock.ts';
import { createSweep, fingerprintOf, markFrom, markText, type SweptRow, stampOf } from '#vendors/tryton/sweep.ts';
import { newestStampOf, rejectedOf, restated, type StreamDeps, stockChangesOf, unnamedProduct } from './streams.ts';
import { CHANGED_MOVE_FIELDS, type ChangedMoveRow, changedMoveRow, PRODUCT_FIELDS, productRow } from './wire.ts';

export type StockStreamOptions = {
  readonly intervalMs: number;
  readonly overlapMs: number;
  /** How long before everything is read again. */
  readonly fullReadMs: number;
  /** Stated of their sites, by site code: Tryton keeps none. */
  readonly carrierCutoffs: Readonly<Record<string, readonly CarrierCutoff[]>>;
};

const stockMark = z.object({
  /** Product id after which the full read goes on, or null when it is done. */
  fullAfterId: z.number().int().nullable(),
  /** When the full read began, epoch milliseconds of our clock. */
  fullSinceMs: z.number(),
  /** Sweep mark of the moves. */
  moves: z.string(),
  /** Fingerprint of the carriers' cut-offs that were stated last. */
  cutoffs: z.string().default(''),
});
type StockMark = Readonly<z.infer<typeof stockMark>>;

const stockMarkFrom = (watermark: string | null): StockMark | null => {
  if (watermark === null) return null;
  try {
    return stockMark.parse(JSON.parse(watermark));
  } catch {
    return null;
  }
};

/** One page is one round of calls at every site. */
const PRODUCT_PAGE = 200;
const MOVE_PAGE = 200;
const EPOCH = '1970-01-01T00:00:00.000Z';

type SweptMove = SweptRow & { readonly move: ChangedMoveRow };

export const stockStream = (options: StockStreamOptions, deps: StreamDeps): PolledStream => {
  const { client, clock, stock } = deps;
  const sweep = createSweep<SweptMove>({ overlapMs: options.overlapMs, pageSize: MOVE_PAGE }, deps);

  const statedCutoffs = fingerprintOf(options.carrierCutoffs);
  const cutoffsNow = (): readonly LocationChange[] =>
    Object.entries(options.carrierCutoffs).map(([code, carrierCutoffs]) => ({
      kind: 'location',
      code,
      facts: { carrierCutoffs },
      asOf: isoOf(clock.now()),
    }));

  /** Notes where the moves stand BEFORE reading, so that what changes meanwhile is read once more afterwards. */
  const beginFullRead = async (call: CallOptions): Promise<StockMark> => {
    const since = (await newestStampOf(client, 'stock.move', call)) ?? EPOCH;
    const moves = markText({ since, reached: null, afterId: 0, seen: {} });
    return { fullAfterId: 0, fullSinceMs: clock.now(), moves, cutoffs: '' };
  };

  const fullPage = async (mark: StockMark, afterId: number, call: CallOptions): Promise<PolledChanges> => {
    const products = await client.searchRead(
      'product.product',
      {
        domain: [
          ['id', '>', afterId],
          ['type', '=', 'goods'],
        ],
        order: [['id', 'ASC']],
        limit: PRODUCT_PAGE,
      },
      PRODUCT_FIELDS,
      productRow,
      { call, context: { active_test: false } },
    );
    const more = products.length === PRODUCT_PAGE;
    const named = products.flatMap(({ id, code }) => (code === null ? [] : [{ id, sku: code }]));
    const read = await stock.read(named, (await stock.sites(call)).all, call);
    return {
      changes: read.flatMap(stockChangesOf),
      rejected: products.filter(({ code }) => code === null).map(({ id }) => unnamedProduct(id)),
      watermark: JSON.stringify({ ...mark, fullAfterId: more ? (products.at(-1)?.id ?? null) : null }),
      more,
    };
  };

  const changedMoves = async (mark: StockMark, call: CallOptions): Promise<PolledChanges> => {
    const outcome = await sweep.step(markFrom(mark.moves), {
      paths: [''],
      page: async (domain, limit) => {
        const order = [['id', 'ASC']] as const;
        const moves = await client.searchRead(
          'stock.move',
          { domain, order, limit },
          CHANGED_MOVE_FIELDS,
          changedMoveRow,
          { call },
        );
        const rows = moves.map((move) => ({
          id: move.id,
          stamp: stampOf(move),
          fingerprint: fingerprintOf(move),
          move,
        }));
        return { rows, fullPage: moves.length === limit };
      },
      newest: () => newestStampOf(client, 'stock.move', call),
    });
    const moves = outcome.fresh.map(({ move }) => move);
    return {
      changes: await restated(moves, stock, call),
      rejected: rejectedOf(moves),
      watermark: JSON.stringify({ ...mark, moves: markText(outcome.mark) }),
      more: outcome.more,
    };
  };

  return {
    name: 'stock',
    intervalMs: options.intervalMs,
    poll: async (watermark, call) => {
      const stored = stockMarkFrom(watermark);
      const isDue =
        stored === null || (stored.fullAfterId === null && clock.now() - stored.fullSinceMs >= options.fullReadMs);
      const mark = isDue ? await beginFullRead(call) : stored;
      const current = { ...mark, cutoffs: statedCutoffs };
      const polled = await (mark.fullAfterId === null
        ? changedMoves(current, call)
        : fullPage(current, mark.fullAfterId, call));
      return mark.cutoffs === statedCutoffs ? polled : { ...polled, changes: [...cutoffsNow(), ...polled.changes] };
    },
  };
};
