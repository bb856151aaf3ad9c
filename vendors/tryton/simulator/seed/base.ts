/** The company's own records: money, units, people's home country, places and carriers. */
import type { Company, CompanySite } from '#simulation/company/company.ts';
import type { World } from '../orm/request.ts';

export type SeededSite = {
  readonly warehouse: number;
  readonly storage: number;
  readonly input: number;
  readonly output: number;
  /** Where goods wait that cannot be sold: in the building, outside the storage zone. */
  readonly damaged: number;
};

export const DAMAGED_SUFFIX = '-DMG';

export const seedBase = (world: World, company: Company): void => {
  const { tables, anchors } = world;
  anchors.country = tables.insert('country.country', { name: 'Germany', code: 'DE', code3: 'DEU', active: true }).id;
  anchors.currency = tables.insert('currency.currency', {
    name: 'Euro',
    code: company.currency,
    numeric_code: '978',
    symbol: '€',
    digits: 2,
    rounding: '0.01',
    active: true,
  }).id;
  const owner = tables.insert('party.party', { name: company.name, active: true });
  anchors.company = tables.insert('company.company', {
    party: owner.id,
    currency: anchors.currency,
    timezone: company.sites[0]?.timeZone ?? 'Europe/Berlin',
  }).id;
  tables.insert('res.user', { name: 'Administrator', login: 'admin', email: 'admin@example.invalid', active: true });
  anchors.unit = tables.insert('product.uom', {
    name: 'Unit',
    symbol: 'u',
    category: 1,
    rate: 1,
    factor: 1,
    rounding: 1,
    digits: 0,
    active: true,
  }).id;
};

const zone = (world: World, name: string, code: string | null, type: string, parent: number | null): number =>
  world.tables.insert('stock.location', { name, code, type, parent, active: true }).id;

const seedSite = (world: World, site: CompanySite, owner: number): SeededSite => {
  const { tables, anchors } = world;
  const address = tables.insert('party.address', {
    party: owner,
    name: site.name,
    street: site.street,
    postal_code: site.postalCode,
    city: site.city,
    country: anchors.country,
    active: true,
  });
  const warehouse = tables.insert('stock.location', {
    name: site.name,
    code: site.code,
    type: 'warehouse',
    parent: null,
    address: address.id,
    active: true,
  }).id;
  const input = zone(world, `Input ${site.name}`, `${site.code}-INP`, 'storage', warehouse);
  const output = zone(world, `Output ${site.name}`, `${site.code}-OUT`, 'storage', warehouse);
  const storage = zone(world, `Storage ${site.name}`, `${site.code}-STO`, 'storage', warehouse);
  const damaged = zone(world, `Damaged ${site.name}`, `${site.code}${DAMAGED_SUFFIX}`, 'storage', warehouse);
  tables.update('stock.location', warehouse, {
    input_location: input,
    output_location: output,
    storage_location: storage,
    lost_found_location: anchors.lostFoundLocation,
  });
  return { warehouse, storage, input, output, damaged };
};

export const seedSites = (world: World, company: Company): ReadonlyMap<string, SeededSite> => {
  const { anchors, tables } = world;
  anchors.lostFoundLocation = zone(world, 'Lost and Found', null, 'lost_found', null);
  anchors.supplierLocation = zone(world, 'Supplier', 'SUP', 'supplier', null);
  anchors.customerLocation = zone(world, 'Customer', 'CUS', 'customer', null);
  const owner = Number(tables.get('company.company', anchors.company).values.party);
  return new Map(company.sites.map((site) => [site.code, seedSite(world, site, owner)]));
};

/** Carriers bill through a service product, which is how services come to stand among the products. */
export const seedCarriers = (world: World, company: Company): ReadonlyMap<string, number> => {
  const { tables, anchors } = world;
  const names = [...new Set(company.orders.flatMap((order) => order.carrier ?? []))].sort();
  if (names.length === 0) return new Map();
  const service = tables.insert('product.template', {
    name: 'Shipping',
    code: null,
    type: 'service',
    default_uom: anchors.unit,
    list_price: '4.90',
    salable: false,
    purchasable: false,
    active: true,
  });
  const variant = tables.insert('product.product', { template: service.id, suffix_code: null, active: true });
  tables.insert('stock.package.type', { name: 'Box' });
  return new Map(
    names.map((name) => {
      const party = tables.insert('party.party', { name, active: true });
      const values = { party: party.id, carrier_product: variant.id, carrier_cost_method: 'product', active: true };
      return [name, tables.insert('carrier', values).id];
    }),
  );
};
