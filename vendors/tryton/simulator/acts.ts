/** What can be made to happen in the simulated company, beside what clients do over RPC. */
import { decimalOf, money } from '#model/money.ts';
import type { CompanyItem } from '#simulation/company/company.ts';
import { SimActError } from '#simulation/simulator.ts';
import { shipmentsOfSale } from './flow/documents.ts';
import { createSale } from './flow/orders.ts';
import { cancelSale } from './flow/sales.ts';
import { finishReturn, OUT_RETURN, receiveReturn } from './flow/shipments.ts';
import { advanceSale, SALE_STAGES } from './flow/stages.ts';
import { confirmInventory } from './models/supply.ts';
import { referenceOf } from './orm/fields.ts';
import { type RpcContext, requestOf, todayOf, type World } from './orm/request.ts';
import { createRow, writeRows } from './orm/write.ts';
import type { SeededSite } from './seed/base.ts';
import type { SeededCompany } from './seed/stock.ts';
import type { SessionStore } from './sessions.ts';

type Command = Readonly<Record<string, unknown>>;

export type ActDeps = { readonly world: World; readonly seeded: SeededCompany; readonly sessions: SessionStore };

type Act = (command: Command, request: RpcContext, deps: ActDeps) => unknown;

const textIn = (command: Command, name: string): string => {
  const value = command[name];
  if (typeof value === 'string' && value.length > 0) return value;
  throw new SimActError(`${name}: must be a text, not ${JSON.stringify(value)}`);
};

const wholeIn = (command: Command, name: string, atLeast: number): number => {
  const value = command[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= atLeast) return value;
  throw new SimActError(`${name}: must be a whole number of at least ${atLeast}, not ${JSON.stringify(value)}`);
};

const oneOf = <T extends string>(command: Command, name: string, allowed: readonly T[], fallback?: T): T => {
  const value = command[name] ?? fallback;
  const found = allowed.find((option) => option === value);
  if (found !== undefined) return found;
  throw new SimActError(`${name}: must be one of ${allowed.join(', ')}, not ${JSON.stringify(value)}`);
};

const siteIn = (command: Command, { seeded }: ActDeps): SeededSite => {
  const code = textIn(command, 'siteCode');
  const site = seeded.sites.get(code);
  if (site === undefined) throw new SimActError(`siteCode: the company has no site "${code}"`);
  return site;
};

const productIn = (command: Command, { world, seeded }: ActDeps): number => {
  const sku = textIn(command, 'sku');
  const known = seeded.products.get(sku);
  if (known !== undefined) return known;
  for (const row of world.tables.rows('product.product')) {
    const template = world.tables.get('product.template', Number(row.values.template));
    if (`${String(template.values.code ?? '')}${String(row.values.suffix_code ?? '')}` === sku) return row.id;
  }
  throw new SimActError(`sku: the ERP has no product "${sku}"`);
};

const saleIn = (command: Command, { world }: ActDeps): number => {
  const reference = textIn(command, 'reference');
  const { tables } = world;
  const id =
    tables.byIndex('sale.sale', 'reference', reference).at(-1) ?? tables.byIndex('sale.sale', 'number', reference)[0];
  if (id === undefined) throw new SimActError(`reference: the ERP has no sale with reference or number "${reference}"`);
  return id;
};

const saleView = (world: World, id: number): unknown => {
  const { number, reference, state, shipment_state, invoice_state } = world.tables.get('sale.sale', id).values;
  return { id, number, reference, state, shipmentState: shipment_state, invoiceState: invoice_state };
};

/** Goods from a supplier, straight onto the shelf. */
const receive: Act = (command, _request, deps) => {
  const { tables, anchors, clock, ledger } = deps.world;
  const site = siteIn(command, deps);
  const product = productIn(command, deps);
  tables.insert('stock.move', {
    product,
    quantity: wholeIn(command, 'quantity', 1),
    uom: anchors.unit,
    from_location: anchors.supplierLocation,
    to_location: site.storage,
    origin: null,
    shipment: null,
    state: 'done',
    effective_date: todayOf(clock),
    company: anchors.company,
  });
  return { onHand: ledger.onHand(site.storage, product) };
};

/** A count of the shelf that found `quantity`. */
const adjust: Act = (command, request, deps) => {
  const { tables, ledger } = deps.world;
  const site = siteIn(command, deps);
  const product = productIn(command, deps);
  const lines = [['create', [{ product, quantity: wholeIn(command, 'quantity', 0) }]]];
  const inventory = createRow(request, tables.model('stock.inventory'), { location: site.storage, lines });
  confirmInventory(request, inventory.id);
  return { inventory: inventory.values.number, onHand: ledger.onHand(site.storage, product) };
};

/** Goods found unsellable: from the shelf to where damaged goods wait, in the same building. */
const damage: Act = (command, _request, deps) => {
  const { tables, anchors, clock } = deps.world;
  const site = siteIn(command, deps);
  tables.insert('stock.move', {
    product: productIn(command, deps),
    quantity: wholeIn(command, 'quantity', 1),
    uom: anchors.unit,
    from_location: site.storage,
    to_location: site.damaged,
    origin: null,
    shipment: null,
    state: 'done',
    effective_date: todayOf(clock),
    company: anchors.company,
  });
  return {};
};

const linesIn = (command: Command, deps: ActDeps) => {
  const lines = command.lines;
  if (!Array.isArray(lines) || lines.length === 0) throw new SimActError('lines: must name at least one item');
  return lines.map((line: unknown) => {
    const given: Command = typeof line === 'object' && line !== null ? { ...line } : {};
    const sku = textIn(given, 'sku');
    const item: CompanyItem | undefined = deps.seeded.company.items.find((candidate) => candidate.sku === sku);
    const priceMinor =
      given.unitPriceMinor === undefined ? (item?.priceMinor ?? 100) : wholeIn(given, 'unitPriceMinor', 0);
    return {
      product: productIn(given, deps),
      quantity: wholeIn(given, 'quantity', 1),
      unitPrice: decimalOf(money(priceMinor, deps.seeded.company.currency)),
    };
  });
};

const DEFAULT_CUSTOMER = {
  name: 'Kim Beispiel',
  email: 'kim.beispiel@example.invalid',
  phone: '+49 30 23125999',
  street: 'Teststr. 1',
  postalCode: '10115',
  city: 'Berlin',
} as const;

const newSale: Act = (command, request, deps) => {
  const { world } = deps;
  const upto = oneOf(command, 'upto', SALE_STAGES, 'processing');
  const given: Command =
    typeof command.customer === 'object' && command.customer !== null ? { ...command.customer } : {};
  const customer = Object.fromEntries(
    Object.entries(DEFAULT_CUSTOMER).map(([name, fallback]) => [name, name in given ? textIn(given, name) : fallback]),
  ) as Record<keyof typeof DEFAULT_CUSTOMER, string>;
  const sale = createSale(request, {
    reference: textIn(command, 'reference'),
    customer,
    warehouse: siteIn(command, deps).warehouse,
    pickup: oneOf(command, 'method', ['SHIP_TO_HOME', 'PICKUP_IN_STORE'], 'SHIP_TO_HOME') === 'PICKUP_IN_STORE',
    lines: linesIn(command, deps),
  });
  advanceSale(request, sale.id, upto);
  return saleView(world, sale.id);
};

const advance: Act = (command, request, deps) => {
  const id = saleIn(command, deps);
  const to = oneOf(command, 'to', [...SALE_STAGES, 'cancelled' as const]);
  if (to === 'cancelled') cancelSale(request, [id]);
  else advanceSale(request, id, to);
  return saleView(deps.world, id);
};

const RETURN_STAGES = ['expected', 'received', 'done', 'refunded'] as const;

/** Everything of a sale comes back: a sale of negative quantities that names the first one as its origin. */
const returnGoods: Act = (command, request, deps) => {
  const { tables, anchors } = deps.world;
  const origin = tables.get('sale.sale', saleIn(command, deps));
  const upto = oneOf(command, 'upto', RETURN_STAGES, 'done');
  const lines = tables
    .byIndex('sale.line', 'sale', origin.id)
    .map((id) => tables.get('sale.line', id).values)
    .map(({ product, quantity, unit_price }) => ({
      product,
      quantity: -Number(quantity),
      unit: anchors.unit,
      unit_price: { __class__: 'Decimal', decimal: String(unit_price) },
    }));
  const { party, shipment_party, invoice_address, shipment_address, warehouse, invoice_method, shipment_method } =
    origin.values;
  const back = createRow(request, tables.model('sale.sale'), {
    party,
    shipment_party,
    invoice_address,
    shipment_address,
    warehouse,
    invoice_method,
    shipment_method,
    reference: `RMA-${String(origin.values.reference ?? origin.values.number)}`,
    origin: referenceOf('sale.sale', origin.id),
    lines: [['create', lines]],
  });
  advanceSale(request, back.id, 'processing');
  for (const id of shipmentsOfSale(request, back.id, OUT_RETURN)) {
    if (upto !== 'expected') receiveReturn(request, id);
    if (upto === 'done' || upto === 'refunded') finishReturn(request, id);
  }
  advanceSale(request, back.id, upto === 'refunded' ? 'paid' : 'processing');
  return saleView(deps.world, back.id);
};

/** A further name of an item: what a marketplace or a till calls it, or another barcode. */
const addIdentifier: Act = (command, request, deps) => {
  const { tables } = deps.world;
  const type = command.type === undefined ? null : textIn(command, 'type');
  const row = createRow(request, tables.model('product.identifier'), {
    product: productIn(command, deps),
    type,
    code: textIn(command, 'code'),
  });
  return { id: row.id };
};

/** Changes the item's master data: its product's price, or whether it is sold at all. */
const changeItem: Act = (command, request, deps) => {
  const { tables } = deps.world;
  const product = productIn(command, deps);
  const template = Number(tables.get('product.product', product).values.template);
  if (command.listPriceMinor !== undefined) {
    const price = decimalOf(money(wholeIn(command, 'listPriceMinor', 0), deps.seeded.company.currency));
    writeRows(request, tables.model('product.template'), [template], {
      list_price: { __class__: 'Decimal', decimal: price },
    });
  }
  if (typeof command.active === 'boolean') {
    writeRows(request, tables.model('product.product'), [product], { active: command.active });
  }
  return {};
};

const ACTS: Readonly<Record<string, Act>> = {
  receive,
  adjust,
  damage,
  newSale,
  advance,
  return: returnGoods,
  addIdentifier,
  changeItem,
  forgetSessions: (_command, _request, { sessions }) => {
    sessions.forgetAll();
    return {};
  },
  subscribe: () => {
    throw new SimActError('kind: Tryton pushes nothing, so there is nothing to subscribe to; its changes are polled');
  },
};

export const performAct = (command: Command, deps: ActDeps): unknown => {
  const kind = textIn(command, 'kind');
  const act = Object.hasOwn(ACTS, kind) ? ACTS[kind] : undefined;
  if (act === undefined) throw new SimActError(`kind: must be one of ${Object.keys(ACTS).join(', ')}, not "${kind}"`);
  return deps.world.tables.atomically(() => act(command, requestOf(deps.world), deps));
};
