/**
 * The three polled streams. Their watermarks are sweep marks (see vendors/tryton/sweep.ts); everything they say is a
 * full statement of now, so saying it twice is harmless.
 */
import type { CallOptions } from '#model/call.ts';
import type { Change, RejectedInput, StockChange, SupplyChange } from '#model/change.ts';
import type { PolledChanges, PolledStream } from '#model/inlet.ts';
import type { Clock } from '#runtime/clock.ts';
import type { TrytonClient } from '#vendors/tryton/client.ts';
import {
  createSweep,
  fingerprintOf,
  markFrom,
  markText,
  type SweepSource,
  type SweptRow,
  stampOf,
} from '#vendors/tryton/sweep.ts';
import type { WmsStock } from '../../port.ts';
import type { DocumentReader, ReadReturn, ReadShipment } from './document-reader.ts';
import { claimOfReturn, claimOfShipment } from './mapping.ts';
import { readingOf } from './quantities.ts';
import type { Site, Sites } from './sites.ts';
import type { Product, StockReader } from './stock-reader.ts';
import { type DocumentMoveRow, STAMP_FIELDS, stampRow } from './wire.ts';

export type StreamOptions = {
  readonly shipmentsIntervalMs: number;
  readonly returnsIntervalMs: number;
  readonly overlapMs: number;
};

export type StreamDeps = {
  readonly client: TrytonClient;
  readonly clock: Clock;
  readonly stock: StockReader;
  readonly documents: DocumentReader;
};

const PAGE = 100;

/** A record's own stamps and those of the goods in it: an assignment that found only a part writes the moves alone. */
const DOCUMENT_PATHS = ['', 'moves.'] as const;

/** What is there, and what is on its way: both are said of every pair that is read, so that what came in is no longer awaited. */
export const stockChangesOf = (stock: WmsStock): readonly [StockChange, SupplyChange] => {
  const items = [{ scheme: 'sku', value: stock.sku }] as const;
  const { locationCode, asOf } = stock;
  return [
    { kind: 'stock', items, locationCode, reading: readingOf(stock) },
    { kind: 'supply', items, locationCode, supplies: stock.inbound, asOf },
  ];
};

export const unnamedProduct = (productId: number): RejectedInput => ({
  kind: 'IDENTIFIER_UNMAPPED',
  subject: `product ${productId}`,
  message: `Tryton's product ${productId} has no code, so its stock and shipments cannot be named; give it its SKU as code.`,
});

type TouchingMove = Pick<DocumentMoveRow, 'product' | 'product.' | 'from_location' | 'to_location'>;

/** Which products at which sites these moves concern. */
const touchedBy = (moves: readonly TouchingMove[], sites: Sites): ReadonlyMap<Site, readonly Product[]> => {
  const touched = new Map<Site, Map<number, Product>>();
  for (const move of moves) {
    const { code } = move['product.'];
    if (code === null) continue;
    for (const locationId of [move.from_location, move.to_location]) {
      const site = sites.placeOf(locationId)?.site;
      if (site === undefined) continue;
      const products = touched.get(site) ?? new Map<number, Product>();
      touched.set(site, products.set(move.product, { id: move.product, sku: code }));
    }
  }
  return new Map([...touched].map(([site, products]) => [site, [...products.values()]]));
};

export const rejectedOf = (moves: readonly TouchingMove[]): readonly RejectedInput[] => [
  ...new Map(
    moves
      .filter((move) => move['product.'].code === null)
      .map((move) => [move.product, unnamedProduct(move.product)] as const),
  ).values(),
];

/** What stock is now, wherever these moves touched it. Sites with the same products are read together. */
export const restated = async (
  moves: readonly TouchingMove[],
  stock: StockReader,
  call: CallOptions,
): Promise<readonly (StockChange | SupplyChange)[]> => {
  if (moves.length === 0) return [];
  const listed = await stock.sites(call);
  const isNew = moves.some((move) => !listed.knows(move.from_location) || !listed.knows(move.to_location));
  const sites = isNew ? await stock.refreshSites(call) : listed;
  const together = Map.groupBy(touchedBy(moves, sites), ([, products]) =>
    products
      .map(({ id }) => id)
      .sort((a, b) => a - b)
      .join(' '),
  );
  const changes: (StockChange | SupplyChange)[] = [];
  for (const group of together.values()) {
    const products = group[0]?.[1] ?? [];
    const read = await stock.read(
      products,
      group.map(([site]) => site),
      call,
    );
    changes.push(...read.flatMap(stockChangesOf));
  }
  return changes;
};

/** The newest stamp of a model: the newest rewrite, or the newest creation when nothing was ever rewritten. */
export const newestStampOf = async (client: TrytonClient, model: string, call: CallOptions): Promise<string | null> => {
  const newest = await Promise.all(
    STAMP_FIELDS.map((field) =>
      client.searchRead(
        model,
        { domain: [[field, '!=', null]], order: [[field, 'DESC']], limit: 1 },
        STAMP_FIELDS,
        stampRow,
        { call },
      ),
    ),
  );
  return newest.flat().map(stampOf).sort().at(-1) ?? null;
};

type DocumentStream<Read> = {
  readonly name: string;
  readonly model: string;
  readonly intervalMs: number;
  read(
    query: { readonly domain: readonly unknown[]; readonly limit: number },
    call: CallOptions,
  ): Promise<readonly Read[]>;
  changes(read: readonly Read[], scope: ChangeScope, call: CallOptions): Promise<readonly Change[]>;
};

/** `restate`: whether goods moved just now, so that their stock belongs into the same batch. */
type ChangeScope = { readonly restate: boolean };

type ReadAny = ReadShipment | ReadReturn;
type Swept<Read> = SweptRow & { readonly read: Read };

const sweptOf = <Read extends ReadAny>(read: Read): Swept<Read> => ({
  id: read.row.id,
  stamp: read.stamp,
  fingerprint: fingerprintOf([read.row, read.moves]),
  read,
});

const documentStream = <Read extends ReadAny>(
  stream: DocumentStream<Read>,
  options: StreamOptions,
  deps: StreamDeps,
): PolledStream => {
  const sweep = createSweep<Swept<Read>>({ overlapMs: options.overlapMs, pageSize: PAGE }, deps);
  return {
    name: stream.name,
    intervalMs: stream.intervalMs,
    poll: async (watermark, call): Promise<PolledChanges> => {
      const source: SweepSource<Swept<Read>> = {
        paths: DOCUMENT_PATHS,
        page: async (domain, limit) => {
          const read = await stream.read({ domain, limit }, call);
          return { rows: read.map(sweptOf), fullPage: read.length === limit };
        },
        newest: async () => {
          const stamps = await Promise.all(
            [stream.model, 'stock.move'].map((model) => newestStampOf(deps.client, model, call)),
          );
          return (
            stamps
              .filter((stamp) => stamp !== null)
              .sort()
              .at(-1) ?? null
          );
        },
      };
      const mark = markFrom(watermark);
      const outcome = await sweep.step(mark, source);
      const fresh = outcome.fresh.map(({ read }) => read);
      return {
        // While history is read there is no "just now": the stock stream states everything by itself.
        changes: await stream.changes(fresh, { restate: mark.since !== null }, call),
        rejected: rejectedOf(fresh.flatMap(({ moves }) => moves)),
        watermark: markText(outcome.mark),
        more: outcome.more,
      };
    },
  };
};

/** Sales with goods in a shipment nobody has begun with: it may have been made in place of a cancelled one. */
const newlyPlanned = (fresh: readonly ReadShipment[]): readonly number[] => [
  ...new Set(
    fresh
      .filter(({ row }) => row.state === 'waiting' || row.state === 'draft')
      .flatMap(({ moves }) => moves.flatMap((move) => move['sale.']?.id ?? [])),
  ),
];

/** Shipments with the stock they touch in one batch, so that an order's step and its goods' step arrive together. */
export const shipmentStream = (options: StreamOptions, deps: StreamDeps): PolledStream =>
  documentStream<ReadShipment>(
    {
      name: 'shipments',
      model: 'stock.shipment.out',
      intervalMs: options.shipmentsIntervalMs,
      read: deps.documents.shipments,
      changes: async (fresh, { restate }, call) => {
        const sites = await deps.stock.sites(call);
        const replaced = restate ? await deps.documents.cancelledOf(newlyPlanned(fresh), call) : [];
        const said = new Set(fresh.map(({ row }) => row.id));
        const read = [...replaced.filter(({ row }) => !said.has(row.id)), ...fresh];
        const claims = read.flatMap(({ documents }) => documents.map((document) => claimOfShipment(document, sites)));
        const moves = restate ? fresh.flatMap((entry) => entry.moves) : [];
        return [...claims, ...(await restated(moves, deps.stock, call))];
      },
    },
    options,
    deps,
  );

export const returnStream = (options: StreamOptions, deps: StreamDeps): PolledStream =>
  documentStream<ReadReturn>(
    {
      name: 'returns',
      model: 'stock.shipment.out.return',
      intervalMs: options.returnsIntervalMs,
      read: deps.documents.returns,
      changes: async (fresh, { restate }, call) => {
        const claims = fresh.flatMap(({ documents }) => documents.map(claimOfReturn));
        const moves = restate ? fresh.flatMap((read) => read.moves) : [];
        return [...claims, ...(await restated(moves, deps.stock, call))];
      },
    },
    options,
    deps,
  );
