/**
 * The polled streams: "products", "sites" and "sales". Each finds what was written since the last look (see
 * vendors/tryton/sweep.ts) and states it in full, so that saying it twice is harmless.
 *
 * A record's own stamp says nothing about what belongs to it: a new identifier or a price leaves the product as it was,
 * and posting an invoice leaves the sale as it was. So the sweeps look at those stamps too.
 */
import type { ZodType } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { Change, RejectedInput } from '#model/change.ts';
import type { PolledStream } from '#model/inlet.ts';
import type { Clock } from '#runtime/clock.ts';
import type { TrytonClient, TrytonContext } from '#vendors/tryton/client.ts';
import { createSweep, fingerprintOf, markFrom, markText, type SweptRow, stampOf } from '#vendors/tryton/sweep.ts';
import { EVEN_INACTIVE } from './catalog.ts';
import type { CompanyFacts, CompanyReader } from './company.ts';
import { type SiteRules, siteOf, stampOfProduct, stampOfSite, variantOf } from './mapping.ts';
import type { TrytonErpOptions } from './options.ts';
import { claimOfSale, isOrder, objectionTo, type SaleRules, stampOfSale } from './sales-mapping.ts';
import {
  LOCATION_FIELDS,
  locationRow,
  PRODUCT_FIELDS,
  type ProductRow,
  productRow,
  SALE_FIELDS,
  type SaleRow,
  STAMP_FIELDS,
  saleRow,
  stampRow,
} from './wire.ts';

export type StreamDeps = { readonly client: TrytonClient; readonly clock: Clock; readonly company: CompanyReader };

type Said = { readonly changes: readonly Change[]; readonly rejected: readonly RejectedInput[] };

type Spec<Row extends { readonly id: number }> = {
  readonly name: string;
  readonly intervalMs: number;
  readonly pageSize: number;
  readonly model: string;
  /** What is of interest at all, beside what is new. */
  readonly domain: readonly unknown[];
  readonly fields: readonly string[];
  readonly row: ZodType<Row>;
  /** The record itself ('') and what belongs to it, each path ending in a dot. */
  readonly paths: readonly string[];
  /** The models behind the paths. */
  readonly stampedModels: readonly string[];
  stampOf(row: Row): string;
  say(rows: readonly Row[], facts: CompanyFacts): Said;
};

/** The newest stamp in these models now, or null when they are empty. */
const newestStamp = async (
  models: readonly string[],
  client: TrytonClient,
  read: { readonly call: CallOptions; readonly context: TrytonContext },
): Promise<string | null> => {
  const asked = models.flatMap((model) =>
    STAMP_FIELDS.map((field) =>
      client.searchRead(
        model,
        { domain: [[field, '!=', null]], order: [[field, 'DESC']], limit: 1 },
        STAMP_FIELDS,
        stampRow,
        read,
      ),
    ),
  );
  const stamps = (await Promise.all(asked)).flat().map(stampOf);
  return stamps.reduce<string | null>((newest, stamp) => (newest === null || stamp > newest ? stamp : newest), null);
};

const streamOf = <Row extends { readonly id: number }>(
  spec: Spec<Row>,
  options: { readonly overlapMs: number },
  deps: StreamDeps,
): PolledStream => {
  const sweep = createSweep<SweptRow & { readonly row: Row }>(
    { overlapMs: options.overlapMs, pageSize: spec.pageSize },
    deps,
  );
  return {
    name: spec.name,
    intervalMs: spec.intervalMs,
    poll: async (watermark, call) => {
      const facts = await deps.company(call);
      const read = { call, context: EVEN_INACTIVE };
      const outcome = await sweep.step(markFrom(watermark), {
        paths: spec.paths,
        page: async (domain, limit) => {
          const query = { domain: [...spec.domain, ...domain], order: [['id', 'ASC']] as const, limit };
          const rows = await deps.client.searchRead(spec.model, query, spec.fields, spec.row, read);
          const swept = rows.map((row) => ({
            id: row.id,
            stamp: spec.stampOf(row),
            fingerprint: fingerprintOf(row),
            row,
          }));
          return { rows: swept, fullPage: rows.length === limit };
        },
        newest: () => newestStamp(spec.stampedModels, deps.client, read),
      });
      return {
        ...spec.say(
          outcome.fresh.map(({ row }) => row),
          facts,
        ),
        watermark: markText(outcome.mark),
        more: outcome.more,
      };
    },
  };
};

const unnamedProduct = (row: ProductRow): RejectedInput => ({
  kind: 'IDENTIFIER_UNMAPPED',
  subject: `product ${row.id}`,
  message: `Tryton's product ${row.id} ("${row['template.'].name}") has no code; give it its SKU as code.`,
});

export const sayProducts = (rows: readonly ProductRow[], { currency }: CompanyFacts): Said => {
  const changes: Change[] = [];
  const rejected: RejectedInput[] = [];
  for (const row of rows) {
    const variant = variantOf(row, currency);
    if (variant === null) rejected.push(unnamedProduct(row));
    else changes.push({ kind: 'variant', variant, asOf: stampOfProduct(row) });
  }
  return { changes, rejected };
};

export const saySales = (rows: readonly SaleRow[], rules: SaleRules): Said => {
  const changes: Change[] = [];
  const rejected: RejectedInput[] = [];
  for (const row of rows.filter(isOrder)) {
    const objection = objectionTo(row);
    if (objection === null) changes.push(claimOfSale(row, rules));
    else rejected.push(objection);
  }
  return { changes, rejected };
};

export type StreamRules = {
  readonly kindOf: SiteRules['kindOf'];
  readonly channelOf: SaleRules['channelOf'];
};

export const createStreams = (
  options: TrytonErpOptions,
  rules: StreamRules,
  deps: StreamDeps,
): readonly PolledStream[] => [
  streamOf(
    {
      name: 'products',
      intervalMs: options.productsIntervalMs,
      pageSize: 250,
      model: 'product.product',
      domain: [['type', '!=', 'service']],
      fields: PRODUCT_FIELDS,
      row: productRow,
      paths: ['', 'template.', 'identifiers.'],
      stampedModels: ['product.product', 'product.template', 'product.identifier'],
      stampOf: stampOfProduct,
      say: sayProducts,
    },
    options,
    deps,
  ),
  streamOf(
    {
      name: 'sites',
      intervalMs: options.sitesIntervalMs,
      pageSize: 500,
      model: 'stock.location',
      domain: [
        ['type', '=', 'warehouse'],
        ['code', '!=', null],
      ],
      fields: LOCATION_FIELDS,
      row: locationRow,
      paths: ['', 'address.'],
      stampedModels: ['stock.location', 'party.address'],
      stampOf: stampOfSite,
      say: (rows, { timeZone }) => ({
        changes: rows.flatMap((row): Change[] => {
          const site = siteOf(row, { kindOf: rules.kindOf, timeZone });
          if (site === null) return [];
          const { code, ...facts } = site;
          return [{ kind: 'location', code, facts, asOf: stampOfSite(row) }];
        }),
        rejected: [],
      }),
    },
    options,
    deps,
  ),
  streamOf(
    {
      name: 'sales',
      intervalMs: options.salesIntervalMs,
      pageSize: 100,
      model: 'sale.sale',
      domain: [],
      fields: SALE_FIELDS,
      row: saleRow,
      paths: ['', 'lines.', 'invoices.'],
      stampedModels: ['sale.sale', 'sale.line', 'account.invoice'],
      stampOf: stampOfSale,
      say: (rows, { timeZone }) => saySales(rows, { ...rules, timeZone }),
    },
    options,
    deps,
  ),
];
