/** Tryton's stock module as a warehouse system. What we know of it beyond the code is in README.md. */
import { z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { Adapter } from '#runtime/adapter.ts';
import { createTrytonClient } from '#vendors/tryton/client.ts';
import { trytonLimits } from '#vendors/tryton/limits.ts';
import type { WmsPort, WmsStock } from '../../port.ts';
import { createDocumentReader } from './document-reader.ts';
import { numberOfDocument } from './documents.ts';
import { type IsDamaged, wmsReturnReceiptOf, wmsShipmentOf } from './mapping.ts';
import type { Sites } from './sites.ts';
import { createStockReader } from './stock-reader.ts';
import { stockStream } from './stock-stream.ts';
import { returnStream, shipmentStream, stockChangesOf } from './streams.ts';

const expression = z.string().refine(
  (text) => {
    try {
      new RegExp(text);
      return true;
    } catch {
      return false;
    }
  },
  { error: 'is not a regular expression' },
);

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a local time HH:MM, e.g. "14:00"');

const carrierCutoff = z.strictObject({
  service: z.string().min(1),
  cutoff: clockTime,
  transitDaysMin: z.number().int().min(0),
  transitDaysMax: z.number().int().min(0),
});

const trytonWmsOptions = z.strictObject({
  /** Name of Tryton's database: part of its URL. */
  database: z.string().min(1),
  /**
   * The warehouses whose stock Tryton is asked for: a regular expression over their codes. Shipments and returns are told
   * of all. Every site costs calls: leave out the stores whose stock another system counts.
   */
  stockSites: expression.default('^.+$'),
  /** Locations inside a warehouse whose content is damaged: a regular expression over their codes. */
  damagedLocations: expression.optional(),
  /** Locations inside a warehouse whose content waits for a quality decision: a regular expression over their codes. */
  qualityHoldLocations: expression.optional(),
  /** Whether the modules stock_package and stock_package_shipping are active, which know parcels and tracking numbers. */
  packages: z.boolean().default(true),
  /** Carrier cut-offs by site code. Tryton keeps none; a site that is not named here has none. */
  carrierCutoffs: z.record(z.string(), z.array(carrierCutoff)).default({}),
  shipmentsIntervalMs: z.number().int().min(100).default(1_000),
  returnsIntervalMs: z.number().int().min(100).default(5_000),
  stockIntervalMs: z.number().int().min(100).default(5_000),
  /** Longer than any transaction on the Tryton server runs: changes that appear later than this are missed until the next full read. */
  overlapMs: z.number().int().min(1_000).default(30_000),
  fullReadHours: z.number().positive().default(24),
});
export type TrytonWmsOptions = z.infer<typeof trytonWmsOptions>;

/** Answers in the order of the question: the first found for each key. */
const inOrder = <T>(
  keys: readonly string[],
  found: readonly T[],
  keyOf: (item: T) => string,
): readonly (T | null)[] => {
  const byKey = new Map(found.map((item) => [keyOf(item), item]));
  return keys.map((key) => byKey.get(key) ?? null);
};

export const trytonWmsAdapter: Adapter<WmsPort, TrytonWmsOptions> = {
  vendor: 'tryton',
  options: trytonWmsOptions,
  credentials: ['user', 'password'],
  limits: trytonLimits,
  open: (account, deps) => {
    const { options } = account;
    const { clock, log } = deps;
    const { user = '', password = '' } = account.credentials;
    const client = createTrytonClient(
      { baseUrl: account.baseUrl, database: options.database, user, password },
      { upstream: deps.upstream, clock, log },
    );
    const patternOf = (text: string | undefined): RegExp | null => (text === undefined ? null : new RegExp(text));
    const damagedLocations = patternOf(options.damagedLocations);
    const stock = createStockReader(
      {
        stockSites: new RegExp(options.stockSites),
        damagedLocations,
        qualityHoldLocations: patternOf(options.qualityHoldLocations),
      },
      { client, clock },
    );
    const documents = createDocumentReader({ packages: options.packages }, { client });
    const streamDeps = { client, clock, stock, documents };

    const isDamagedAt =
      (sites: Sites): IsDamaged =>
      (locationId) =>
        damagedLocations !== null && sites.liesIn(locationId, damagedLocations);

    const stockOf = async (
      skus: readonly string[],
      locationCodes: readonly string[] | null,
      call: CallOptions,
    ): Promise<readonly WmsStock[]> => {
      const sites = await stock.sites(call);
      const wanted = locationCodes === null ? sites.all : locationCodes.flatMap((code) => sites.byCode(code) ?? []);
      if (wanted.length === 0) return [];
      return stock.read(await stock.products(skus, call), wanted, call);
    };

    const port: WmsPort = {
      stock: stockOf,
      restate: async (skus, locationCodes, call) => ({
        changes: (await stockOf(skus, locationCodes, call)).map((stock) => stockChangesOf(stock)[0]),
        rejected: [],
      }),
      shipments: async (ids, call) => {
        const numbers = [...new Set(ids.map(numberOfDocument))];
        if (numbers.length === 0) return [];
        const read = await documents.shipments({ domain: [['number', 'in', numbers]] }, call);
        const sites = await stock.sites(call);
        const found = read.flatMap((entry) =>
          entry.documents.flatMap((document) => wmsShipmentOf(document, sites) ?? []),
        );
        return inOrder(ids, found, (shipment) => shipment.id);
      },
      returnReceipts: async (ids, call) => {
        const numbers = [...new Set(ids.map(numberOfDocument))];
        if (numbers.length === 0) return [];
        const read = await documents.returns({ domain: [['number', 'in', numbers]] }, call);
        const isDamaged = isDamagedAt(await stock.sites(call));
        const found = read.flatMap((entry) =>
          entry.documents.map((document) => wmsReturnReceiptOf(document, isDamaged)),
        );
        return inOrder(ids, found, (receipt) => receipt.id);
      },
      streams: [
        shipmentStream(options, streamDeps),
        stockStream(
          {
            intervalMs: options.stockIntervalMs,
            overlapMs: options.overlapMs,
            fullReadMs: options.fullReadHours * 3_600_000,
            carrierCutoffs: options.carrierCutoffs,
          },
          streamDeps,
        ),
        returnStream(options, streamDeps),
      ],
    };
    if (Object.keys(options.carrierCutoffs).length === 0) return port;
    return {
      ...port,
      warehouses: (codes) =>
        Promise.resolve(
          codes.map((locationCode) => {
            const carrierCutoffs = options.carrierCutoffs[locationCode];
            return carrierCutoffs === undefined ? null : { locationCode, carrierCutoffs };
          }),
        ),
    };
  },
};
