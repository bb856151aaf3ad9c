/**
 * Drives a live Tryton as the retailer's own people would: enters sales, and takes them step by step through the
 * warehouse. For tests against a real server (TRYTON_URL) and for seeding one (.ci/live-tryton/seed.ts).
 */
import { type ZodType, z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import { type Clock, systemClock } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createGovernor } from '#runtime/resilience/governor.ts';
import { createTrytonClient, type TrytonClient, type TrytonClientOptions } from '#vendors/tryton/client.ts';
import { trytonLimits } from '#vendors/tryton/limits.ts';
import { dateValue, decimalValue } from '#vendors/tryton/values.ts';

/** The steps of a sale and its shipment, in the order in which they are taken. */
export const SALE_STEPS = ['quote', 'confirm', 'process', 'assign', 'pick', 'pack', 'done'] as const;
export type SaleStep = (typeof SALE_STEPS)[number];

export type LiveLine = { readonly sku: string; readonly quantity: number; readonly price?: string };

export type LiveSale = { readonly id: number; readonly reference: string };

export type LiveSaleState = {
  readonly number: string | null;
  readonly state: string;
  readonly shipmentState: string;
  readonly shipments: readonly { readonly id: number; readonly number: string; readonly state: string }[];
};

/** Whole units. Assigned ones are still on hand. */
export type LiveUnits = { readonly onHand: number; readonly assigned: number };

export type LiveTryton = {
  readonly client: TrytonClient;
  readonly call: CallOptions;
  create(model: string, values: readonly Readonly<Record<string, unknown>>[]): Promise<readonly number[]>;
  /** A button or other method on records. Warnings are acknowledged, as the person at the screen would. */
  run(model: string, method: string, ids: readonly number[]): Promise<unknown>;
  /** The one record that matches; throws when there is none or more than one. */
  idOf(model: string, domain: readonly unknown[]): Promise<number>;
  createLiveSale(sale: {
    readonly reference: string;
    readonly siteCode: string;
    readonly lines: readonly LiveLine[];
    /** Name of the carrier, for sales whose parcels shall be named. */
    readonly carrier?: string;
    /** Some customer, unless named by code. */
    readonly customerCode?: string;
    readonly invoiceMethod?: 'manual' | 'order' | 'shipment';
    /** What the shop writes down for others to read, such as the reservation that the sale takes over. */
    readonly comment?: string;
  }): Promise<LiveSale>;
  /** Takes the sale one step further; "assign" says whether all goods were found. */
  advance(sale: LiveSale, step: SaleStep): Promise<boolean>;
  state(sale: LiveSale): Promise<LiveSaleState>;
  cancelShipment(sale: LiveSale): Promise<void>;
  /** Puts the goods of cancelled shipments into a new one. */
  recreateShipment(sale: LiveSale): Promise<void>;
  /** Puts all goods of an assigned or picked shipment into one package. */
  addPackage(sale: LiveSale, trackingNumber: string): Promise<void>;
  /** A sale of negative quantities that names the first one as its origin; gives the id of its return shipment. */
  createLiveReturn(sale: LiveSale, lines: readonly LiveLine[], reference: string): Promise<number>;
  /** A new item of one variant, with its SKU as code and nothing on hand. */
  createLiveItem(item: { readonly sku: string; readonly name: string }): Promise<void>;
  /** What the server's own books say of an item in the site's storage zone. */
  unitsAt(siteCode: string, sku: string): Promise<LiveUnits>;
  /** Units of an item in sales that are confirmed or in hand, wherever they are to come from. */
  unitsSold(sku: string): Promise<number>;
  /** Counts a place, the site's storage zone unless another location's code is given: it holds this many afterwards. */
  count(
    siteCode: string,
    counts: readonly { readonly sku: string; readonly quantity: number }[],
    locationCode?: string,
  ): Promise<void>;
};

const idList = z.array(z.number().int());

const units = z.object({ quantity: z.number() });

const sum = (rows: readonly z.infer<typeof units>[]): number => rows.reduce((all, { quantity }) => all + quantity, 0);

const SHIPMENT_METHOD: Readonly<Record<'assign' | 'pick' | 'pack' | 'done', string>> = {
  assign: 'assign_try',
  pick: 'pick',
  pack: 'pack',
  done: 'done',
};

export const createLiveTryton = (
  options: TrytonClientOptions,
  deps: { /** The server's time: decides what "today" is. */ readonly clock: Clock } = { clock: systemClock },
): LiveTryton => {
  const today = (): string => new Date(deps.clock.now()).toISOString().slice(0, 10);
  const upstream = createGovernor(
    { connection: 'live-tryton', limits: { ...trytonLimits, timeoutMs: 60_000 } },
    { clock: systemClock, ids: systemIds, log: silentLog },
  );
  const client = createTrytonClient(options, { upstream, clock: systemClock, log: silentLog });
  const call: CallOptions = { signal: new AbortController().signal, callClass: 'BACKGROUND', correlationId: 'live' };
  const known = new Map<string, Promise<number>>();

  const create: LiveTryton['create'] = (model, values) =>
    client.call(model, 'create', [values], { call, idempotent: false, decode: idList, acknowledgeWarnings: true });

  const run: LiveTryton['run'] = (model, method, ids) =>
    client.call(model, method, [ids], { call, idempotent: false, decode: z.unknown(), acknowledgeWarnings: true });

  const idOf: LiveTryton['idOf'] = async (model, domain) => {
    const ids = await client.search(model, { domain, limit: 2 }, { call });
    const [id] = ids;
    if (id === undefined || ids.length > 1) {
      throw new Error(`${model} ${JSON.stringify(domain)}: ${ids.length === 0 ? 'none' : 'more than one'} found`);
    }
    return id;
  };

  /** Master data does not change while we run. */
  const remember = (key: string, find: () => Promise<number>): Promise<number> => {
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  };
  const once = (model: string, domain: readonly unknown[]): Promise<number> =>
    remember(`${model} ${JSON.stringify(domain)}`, () => idOf(model, domain));
  const some = (model: string, domain: readonly unknown[]): Promise<number> =>
    remember(`some ${model} ${JSON.stringify(domain)}`, async () => {
      const [id] = await client.search(model, { domain, order: [['id', 'ASC']], limit: 1 }, { call });
      if (id === undefined) throw new Error(`${model} ${JSON.stringify(domain)}: none found`);
      return id;
    });

  const siteId = (code: string): Promise<number> =>
    once('stock.location', [
      ['type', '=', 'warehouse'],
      ['code', '=', code],
    ]);
  const productId = (sku: string): Promise<number> => once('product.product', [['code', '=', sku]]);
  const unitId = (): Promise<number> => once('product.uom', [['symbol', '=', 'u']]);

  const readOne = async <T>(model: string, id: number, fields: readonly string[], row: ZodType<T>): Promise<T> => {
    const [found] = await client.read(model, [id], fields, row, { call });
    if (found === undefined) throw new Error(`${model} ${id} cannot be read`);
    return found;
  };

  const storageOf = async (siteCode: string): Promise<number> => {
    const storage = z.object({ storage_location: z.number().int() });
    return (await readOne('stock.location', await siteId(siteCode), ['storage_location'], storage)).storage_location;
  };

  const saleLines = async (lines: readonly LiveLine[], sign: 1 | -1): Promise<readonly unknown[]> => {
    const unit = await unitId();
    return Promise.all(
      lines.map(async ({ sku, quantity, price = '9.90' }) => ({
        type: 'line',
        product: await productId(sku),
        quantity: sign * quantity,
        unit,
        unit_price: decimalValue(price),
        description: '',
      })),
    );
  };

  const enter = async (
    customerCode: string | null,
    values: Readonly<Record<string, unknown>>,
    lines: readonly unknown[],
  ): Promise<number> => {
    const code = customerCode === null ? ['code', 'like', 'C1%'] : ['code', '=', customerCode];
    const party = await some('party.party', [code]);
    const address = await some('party.address', [['party', '=', party]]);
    const [id] = await create('sale.sale', [
      {
        party,
        company: await once('company.company', []),
        currency: await once('currency.currency', [['code', '=', 'EUR']]),
        invoice_address: address,
        shipment_address: address,
        shipment_party: party,
        shipment_method: 'order',
        sale_date: dateValue(today()),
        lines: [['create', lines]],
        ...values,
      },
    ]);
    if (id === undefined) throw new Error('Tryton created no sale');
    return id;
  };

  const stateOf: LiveTryton['state'] = async (sale) => {
    const row = z.object({
      number: z.string().nullable(),
      state: z.string(),
      shipment_state: z.string(),
      shipments: idList,
    });
    const read = await readOne('sale.sale', sale.id, ['number', 'state', 'shipment_state', 'shipments'], row);
    const shipmentRow = z.object({ id: z.number().int(), number: z.string(), state: z.string() });
    const shipments = await client.read('stock.shipment.out', read.shipments, ['number', 'state'], shipmentRow, {
      call,
    });
    return {
      number: read.number,
      state: read.state,
      shipmentState: read.shipment_state,
      shipments: shipments.toSorted((a, b) => a.id - b.id),
    };
  };

  const openShipments = async (sale: LiveSale): Promise<readonly number[]> =>
    (await stateOf(sale)).shipments
      .filter(({ state }) => state !== 'cancelled' && state !== 'done')
      .map(({ id }) => id);

  return {
    client,
    call,
    create,
    run,
    idOf,
    createLiveSale: async (asked) => {
      const { reference, siteCode, lines, carrier, comment, customerCode = null, invoiceMethod = 'manual' } = asked;
      const values = {
        reference,
        warehouse: await siteId(siteCode),
        invoice_method: invoiceMethod,
        ...(carrier === undefined ? {} : { carrier: await once('carrier', [['party.name', '=', carrier]]) }),
        ...(comment === undefined ? {} : { comment }),
      };
      return { id: await enter(customerCode, values, await saleLines(lines, 1)), reference };
    },
    advance: async (sale, step) => {
      if (step === 'quote' || step === 'confirm' || step === 'process') {
        await run('sale.sale', step, [sale.id]);
        return true;
      }
      return (await run('stock.shipment.out', SHIPMENT_METHOD[step], await openShipments(sale))) !== false;
    },
    state: stateOf,
    cancelShipment: async (sale) => {
      await run('stock.shipment.out', 'cancel', await openShipments(sale));
    },
    recreateShipment: async (sale) => {
      const moves = await client.search(
        'stock.move',
        {
          domain: [
            ['sale', '=', sale.id],
            ['state', '=', 'cancelled'],
          ],
        },
        { call },
      );
      const context = { active_id: sale.id, active_ids: [sale.id], active_model: 'sale.sale' };
      const options = { call, context, idempotent: false, acknowledgeWarnings: true };
      const wizard = 'sale.handle.shipment.exception';
      const [session] = await client.wizard(wizard, 'create', [], {
        ...options,
        decode: z.tuple([z.number().int()]).rest(z.unknown()),
      });
      const answer = { ask: { recreate_moves: moves, domain_moves: moves } };
      await client.wizard(wizard, 'execute', [session, answer, 'handle'], { ...options, decode: z.unknown() });
      await client.wizard(wizard, 'delete', [session], { ...options, decode: z.unknown() });
    },
    addPackage: async (sale, trackingNumber) => {
      const row = z.object({ id: z.number().int(), outgoing_moves: idList });
      const ids = await openShipments(sale);
      const shipments = await client.read('stock.shipment.out', ids, ['outgoing_moves'], row, { call });
      const type = await some('stock.package.type', []);
      await create(
        'stock.package',
        shipments.map(({ id, outgoing_moves }) => ({
          type,
          shipment: `stock.shipment.out,${id}`,
          moves: [['add', outgoing_moves]],
          shipping_reference: trackingNumber,
        })),
      );
    },
    createLiveReturn: async (sale, lines, reference) => {
      const row = z.object({ warehouse: z.number().int(), 'party.': z.object({ code: z.string() }) });
      const origin = await readOne('sale.sale', sale.id, ['warehouse', 'party.code'], row);
      const values = {
        origin: `sale.sale,${sale.id}`,
        reference,
        warehouse: origin.warehouse,
        invoice_method: 'manual',
      };
      const id = await enter(origin['party.'].code, values, await saleLines(lines, -1));
      for (const step of ['quote', 'confirm', 'process']) await run('sale.sale', step, [id]);
      const { shipment_returns } = await readOne(
        'sale.sale',
        id,
        ['shipment_returns'],
        z.object({ shipment_returns: z.tuple([z.number().int()]) }),
      );
      return shipment_returns[0];
    },
    createLiveItem: async ({ sku, name }) => {
      const unit = await unitId();
      await create('product.template', [
        {
          name,
          type: 'goods',
          salable: true,
          list_price: decimalValue('9.90'),
          account_category: await some('product.category', [['accounting', '=', true]]),
          default_uom: unit,
          sale_uom: unit,
          products: [['create', [{ suffix_code: sku, cost_price: decimalValue('4.90') }]]],
        },
      ]);
    },
    unitsAt: async (siteCode, sku) => {
      const [storage, product] = await Promise.all([storageOf(siteCode), productId(sku)]);
      const context = { locations: [storage], with_childs: true };
      const [counted] = await client.read('product.product', [product], ['quantity'], units, { call, context });
      const domain = [
        ['product', '=', product],
        ['from_location', 'child_of', [storage], 'parent'],
        ['state', '=', 'assigned'],
      ];
      const moves = await client.searchRead('stock.move', { domain }, ['quantity'], units, { call });
      return { onHand: counted?.quantity ?? 0, assigned: sum(moves) };
    },
    unitsSold: async (sku) => {
      const domain = [
        ['product', '=', await productId(sku)],
        ['sale.state', 'in', ['confirmed', 'processing', 'done']],
      ];
      return sum(await client.searchRead('sale.line', { domain }, ['quantity'], units, { call }));
    },
    count: async (siteCode, counts, locationCode) => {
      const location =
        locationCode === undefined
          ? await storageOf(siteCode)
          : await once('stock.location', [['code', '=', locationCode]]);
      const lines = await Promise.all(
        counts.map(async ({ sku, quantity }) => ({ product: await productId(sku), quantity })),
      );
      const ids = await create('stock.inventory', [
        {
          location,
          date: dateValue(today()),
          company: await once('company.company', []),
          empty_quantity: 'keep',
          lines: [['create', lines]],
        },
      ]);
      await run('stock.inventory', 'confirm', ids);
    },
  };
};
