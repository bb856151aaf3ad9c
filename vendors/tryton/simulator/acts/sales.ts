/** Sales that are entered, taken further, and taken back. */
import { decimalOf, money } from '#model/money.ts';
import type { CompanyItem } from '#simulation/company/company.ts';
import { SimActError } from '#simulation/simulator.ts';
import { shipmentsOfSale } from '../flow/documents.ts';
import { createSale } from '../flow/orders.ts';
import { cancelSale } from '../flow/sales.ts';
import { finishReturn, OUT_RETURN, receiveReturn } from '../flow/shipments.ts';
import { advanceSale, SALE_STAGES } from '../flow/stages.ts';
import { referenceOf } from '../orm/fields.ts';
import { createRow } from '../orm/write.ts';
import {
  type Act,
  type ActDeps,
  type Command,
  oneOf,
  productIn,
  saleIn,
  saleView,
  siteIn,
  textIn,
  wholeIn,
} from './input.ts';

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

export const newSale: Act = (command, request, deps) => {
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
    ...('reservationId' in command ? { comment: `reservation:${textIn(command, 'reservationId')}` } : {}),
  });
  advanceSale(request, sale.id, upto);
  return saleView(world, sale.id);
};

export const advance: Act = (command, request, deps) => {
  const id = saleIn(command, deps);
  const to = oneOf(command, 'to', [...SALE_STAGES, 'cancelled' as const]);
  if (to === 'cancelled') cancelSale(request, [id]);
  else advanceSale(request, id, to);
  return saleView(deps.world, id);
};

const RETURN_STAGES = ['expected', 'received', 'done', 'refunded'] as const;

/** Everything of a sale comes back: a sale of negative quantities that names the first one as its origin. */
export const returnGoods: Act = (command, request, deps) => {
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
