/** What an act is, and how its command is read: bad input is refused by the name of its field. */
import { SimActError } from '#simulation/simulator.ts';
import type { RpcContext, World } from '../orm/request.ts';
import type { SeededSite } from '../seed/base.ts';
import type { SeededCompany } from '../seed/stock.ts';
import type { SessionStore } from '../sessions.ts';

export type Command = Readonly<Record<string, unknown>>;

export type ActDeps = { readonly world: World; readonly seeded: SeededCompany; readonly sessions: SessionStore };

export type Act = (command: Command, request: RpcContext, deps: ActDeps) => unknown;

export const textIn = (command: Command, name: string): string => {
  const value = command[name];
  if (typeof value === 'string' && value.length > 0) return value;
  throw new SimActError(`${name}: must be a text, not ${JSON.stringify(value)}`);
};

export const wholeIn = (command: Command, name: string, atLeast: number): number => {
  const value = command[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= atLeast) return value;
  throw new SimActError(`${name}: must be a whole number of at least ${atLeast}, not ${JSON.stringify(value)}`);
};

export const oneOf = <T extends string>(command: Command, name: string, allowed: readonly T[], fallback?: T): T => {
  const value = command[name] ?? fallback;
  const found = allowed.find((option) => option === value);
  if (found !== undefined) return found;
  throw new SimActError(`${name}: must be one of ${allowed.join(', ')}, not ${JSON.stringify(value)}`);
};

export const siteIn = (command: Command, { seeded }: ActDeps): SeededSite => {
  const code = textIn(command, 'siteCode');
  const site = seeded.sites.get(code);
  if (site === undefined) throw new SimActError(`siteCode: the company has no site "${code}"`);
  return site;
};

export const productIn = (command: Command, { world, seeded }: ActDeps): number => {
  const sku = textIn(command, 'sku');
  const known = seeded.products.get(sku);
  if (known !== undefined) return known;
  for (const row of world.tables.rows('product.product')) {
    const template = world.tables.get('product.template', Number(row.values.template));
    if (`${String(template.values.code ?? '')}${String(row.values.suffix_code ?? '')}` === sku) return row.id;
  }
  throw new SimActError(`sku: the ERP has no product "${sku}"`);
};

export const saleIn = (command: Command, { world }: ActDeps): number => {
  const reference = textIn(command, 'reference');
  const { tables } = world;
  const id =
    tables.byIndex('sale.sale', 'reference', reference).at(-1) ?? tables.byIndex('sale.sale', 'number', reference)[0];
  if (id === undefined) throw new SimActError(`reference: the ERP has no sale with reference or number "${reference}"`);
  return id;
};

export const saleView = (world: World, id: number): unknown => {
  const { number, reference, state, shipment_state, invoice_state } = world.tables.get('sale.sale', id).values;
  return { id, number, reference, state, shipmentState: shipment_state, invoiceState: invoice_state };
};
