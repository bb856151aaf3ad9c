/**
 * Enters a small retail company into a Tryton that boot.sh has just set up: the places, assortment and stock of the
 * simulated company (so that a live Tryton and simulated tills agree), 24 sales in 7 states, one purchase on its way.
 *
 *   node bin/launch.mjs .ci/live-tryton/seed.ts [base URL]
 *
 * Harmless to repeat: a database that holds the company is left alone.
 */
import { z } from 'zod';
import { decimalOf, money } from '#model/money.ts';
import { systemClock } from '#runtime/clock.ts';
import type { Company, CompanySite } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createLiveTryton, type LiveTryton, SALE_STEPS } from '#test/support/live-tryton.ts';
import { dateValue, decimalValue } from '#vendors/tryton/values.ts';

const DAY_MS = 86_400_000;
const CUSTOMERS = 20;
const SALES = 24;
/** How many of SALE_STEPS a sale has taken: draft, quotation, waiting, assigned, picked, packed, and twice as often done. */
const STEPS_TAKEN = [0, 1, 3, 4, 5, 6, 7, 7];

const baseUrl = process.argv[2] ?? process.env.TRYTON_URL ?? 'http://127.0.0.1:8101';
const options = {
  baseUrl,
  database: 'retail',
  user: process.env.TRYTON_USER ?? 'admin',
  password: process.env.TRYTON_PASSWORD ?? 'admin',
};
const company = drawCompany({ size: 'small', nowMs: systemClock.now() });

const startedMs = performance.now();
const say = (what: string): void => {
  process.stderr.write(`live-tryton: ${((performance.now() - startedMs) / 1000).toFixed(1)} s  ${what}\n`);
};
const day = (inDays: number): string => new Date(systemClock.now() + inDays * DAY_MS).toISOString().slice(0, 10);

const firstOf = (ids: readonly number[], what: string): number => {
  const [id] = ids;
  if (id === undefined) throw new Error(`Tryton has no ${what}`);
  return id;
};

type Chart = Readonly<Record<'revenue' | 'expense', number>>;

/** The company itself. A session's context is read at login, so what follows needs a new one. */
const enterCompany = async (tryton: LiveTryton, name: string): Promise<{ company: number; currency: number }> => {
  const [currency] = await tryton.create('currency.currency', [
    {
      name: 'Euro',
      code: 'EUR',
      numeric_code: '978',
      symbol: '€',
      digits: 2,
      rounding: decimalValue('0.01'),
      rates: [['create', [{ date: dateValue('2020-01-01'), rate: decimalValue('1') }]]],
    },
  ]);
  const [party] = await tryton.create('party.party', [{ name }]);
  const [entered] = await tryton.create('company.company', [{ party, currency, timezone: 'Europe/Berlin' }]);
  if (entered === undefined || currency === undefined) throw new Error('Tryton created no company');
  const user = await tryton.idOf('res.user', [['login', '=', options.user]]);
  await tryton.client.call(
    'res.user',
    'write',
    [[user], { companies: [['add', [entered]]], company: entered, employee: null }],
    { call: tryton.call, idempotent: false, decode: z.unknown() },
  );
  return { company: entered, currency };
};

/** Tryton's own wizard makes the accounts that invoices are booked on. */
const enterAccounts = async (tryton: LiveTryton, companyId: number): Promise<Chart> => {
  const { client, call } = tryton;
  const request = { call, idempotent: false, decode: z.unknown() };
  const template = firstOf(
    await client.search('account.account.template', { domain: [['parent', '=', null]] }, { call }),
    'template of a chart of accounts',
  );
  const account = async (kind: string): Promise<number> =>
    firstOf(
      await client.search(
        'account.account',
        {
          domain: [
            ['company', '=', companyId],
            [`type.${kind}`, '=', true],
          ],
          limit: 1,
        },
        { call },
      ),
      `account of type ${kind}`,
    );
  const wizard = 'account.create_chart';
  const opened = z.tuple([z.number().int()]).rest(z.unknown());
  const [session] = await client.wizard(wizard, 'create', [], { ...request, decode: opened });
  const chosen = { account: { company: companyId, account_template: template } };
  await client.wizard(wizard, 'execute', [session, chosen, 'create_account'], request);
  const properties = {
    company: companyId,
    account_receivable: await account('receivable'),
    account_payable: await account('payable'),
  };
  await client.wizard(wizard, 'execute', [session, { properties }, 'create_properties'], request);
  await client.wizard(wizard, 'delete', [session], request);
  return { revenue: await account('revenue'), expense: await account('expense') };
};

/** The warehouse that every new Tryton has becomes the first site. */
const enterSite = async (tryton: LiveTryton, site: CompanySite, existing: number | null, address: number) => {
  const zone = (name: string, suffix: string) => ({
    name: `${name} ${site.name}`,
    code: `${site.code}-${suffix}`,
    type: 'storage',
  });
  const [input, output, storage, damaged] = await tryton.create('stock.location', [
    zone('Input', 'INP'),
    zone('Output', 'OUT'),
    zone('Storage', 'STO'),
    zone('Damaged', 'DMG'),
  ]);
  const values = {
    name: site.name,
    code: site.code,
    address,
    input_location: input,
    output_location: output,
    storage_location: storage,
    lost_found_location: await tryton.idOf('stock.location', [['type', '=', 'lost_found']]),
  };
  const write = (ids: readonly (number | undefined)[], changed: Readonly<Record<string, unknown>>): Promise<unknown> =>
    tryton.client.call('stock.location', 'write', [ids, changed], {
      call: tryton.call,
      idempotent: false,
      decode: z.unknown(),
    });
  if (existing === null) {
    const [warehouse] = await tryton.create('stock.location', [{ type: 'warehouse', ...values }]);
    await write([input, output, storage, damaged], { parent: warehouse });
    return;
  }
  await write([input, output, storage, damaged], { parent: existing });
  await write([existing], values);
};

const enterSites = async (tryton: LiveTryton, drawn: Company, owner: number, country: number): Promise<void> => {
  const existing = await tryton.client.search('stock.location', { domain: [['type', '=', 'warehouse']] }, tryton);
  for (const [place, site] of drawn.sites.entries()) {
    const { street, postalCode, city } = site;
    const [address] = await tryton.create('party.address', [
      { party: owner, party_name: site.name, street, postal_code: postalCode, city, country },
    ]);
    await enterSite(tryton, site, place === 0 ? (existing[0] ?? null) : null, firstOf([address ?? 0], 'address'));
  }
};

const enterItems = async (tryton: LiveTryton, drawn: Company, chart: Chart): Promise<void> => {
  const unit = await tryton.idOf('product.uom', [['symbol', '=', 'u']]);
  const accounts = { account_revenue: chart.revenue, account_expense: chart.expense };
  const [category] = await tryton.create('product.category', [{ name: 'Goods', accounting: true, ...accounts }]);
  const decimal = (minor: number) => decimalValue(decimalOf(money(minor, drawn.currency)));
  const units = { default_uom: unit, sale_uom: unit, purchase_uom: unit };
  const templates = drawn.products.map((product) => {
    const items = drawn.items.filter((item) => item.productCode === product.code);
    return {
      name: product.name,
      code: product.code,
      type: 'goods',
      salable: true,
      purchasable: true,
      account_category: category,
      cost_price_method: 'fixed',
      list_price: decimal(items[0]?.priceMinor ?? 100),
      ...units,
      products: [
        [
          'create',
          items.map((item) => ({
            suffix_code: item.sku.slice(product.code.length),
            cost_price: decimal(item.costMinor),
            identifiers: [['create', [{ type: 'ean', code: item.gtin13 }]]],
          })),
        ],
      ],
    };
  });
  await tryton.create('product.template', templates);
  const [shipping] = await tryton.create('product.template', [
    {
      name: 'Shipping',
      type: 'service',
      salable: true,
      account_category: category,
      list_price: decimal(490),
      ...units,
      products: [['create', [{ cost_price: decimal(390) }]]],
    },
  ]);
  const product = await tryton.idOf('product.product', [['template', '=', shipping]]);
  const [dhl] = await tryton.create('party.party', [{ name: 'DHL' }]);
  await tryton.create('carrier', [{ party: dhl, carrier_product: product, carrier_cost_method: 'product' }]);
  await tryton.create('stock.package.type', [{ name: 'Carton' }]);
};

const enterStock = async (tryton: LiveTryton, drawn: Company): Promise<void> => {
  for (const site of drawn.sites) {
    const stock = drawn.stock.filter(({ siteCode }) => siteCode === site.code);
    await tryton.count(
      site.code,
      stock.map(({ sku, onHand, damaged }) => ({ sku, quantity: onHand - damaged })),
    );
    const broken = stock.filter(({ damaged }) => damaged > 0);
    if (broken.length === 0) continue;
    await tryton.count(
      site.code,
      broken.map(({ sku, damaged }) => ({ sku, quantity: damaged })),
      `${site.code}-DMG`,
    );
  }
};

const enterPeople = async (tryton: LiveTryton, country: number): Promise<void> => {
  const address = (street: string, city: string, postal_code: string) => [
    ['create', [{ street, city, postal_code, country }]],
  ];
  await tryton.create('party.party', [
    { name: 'Textil Großhandel AG', code: 'S1000', addresses: address('Industriestr. 1', 'Essen', '45127') },
    ...Array.from({ length: CUSTOMERS }, (_, place) => ({
      name: `Kundin ${place + 1}`,
      code: `C${1000 + place}`,
      addresses: address(`Hauptstr. ${place + 1}`, 'Berlin', '10115'),
      contact_mechanisms: [['create', [{ type: 'email', value: `kundin${place + 1}@example.invalid` }]]],
    })),
  ]);
};

const enterSales = async (tryton: LiveTryton, drawn: Company): Promise<void> => {
  for (let place = 0; place < SALES; place++) {
    const site = drawn.sites[place % drawn.sites.length];
    const stocked = drawn.stock.filter(
      ({ siteCode, onHand, damaged }) => siteCode === site?.code && onHand - damaged > 5,
    );
    const lines = Array.from({ length: 1 + (place % 4) }, (_, line) => {
      const sku = stocked[(place * 7 + line * 31) % stocked.length]?.sku ?? '';
      const item = drawn.items.find((candidate) => candidate.sku === sku);
      const price = decimalOf(money(item?.priceMinor ?? 100, drawn.currency));
      return { sku, quantity: 1 + ((place + line) % 3), price };
    });
    const sale = await tryton.createLiveSale({
      reference: `WEB-${10_000 + place}`,
      siteCode: site?.code ?? '',
      lines,
      carrier: 'DHL',
      customerCode: `C${1000 + (place % CUSTOMERS)}`,
      invoiceMethod: 'shipment',
    });
    for (const step of SALE_STEPS.slice(0, STEPS_TAKEN[place % STEPS_TAKEN.length])) {
      if (step === 'pack') await tryton.addPackage(sale, `00340434${String(place).padStart(12, '0')}`);
      await tryton.advance(sale, step);
    }
  }
};

const enterPurchase = async (tryton: LiveTryton, drawn: Company, ids: { company: number; currency: number }) => {
  const party = await tryton.idOf('party.party', [['code', '=', 'S1000']]);
  const warehouse = await tryton.idOf('stock.location', [
    ['type', '=', 'warehouse'],
    ['code', '=', drawn.sites[0]?.code],
  ]);
  const unit = await tryton.idOf('product.uom', [['symbol', '=', 'u']]);
  const lines = await Promise.all(
    drawn.items.slice(0, 10).map(async ({ sku, costMinor }) => ({
      type: 'line',
      product: await tryton.idOf('product.product', [['code', '=', sku]]),
      quantity: 100,
      unit,
      unit_price: decimalValue(decimalOf(money(costMinor, drawn.currency))),
      description: '',
    })),
  );
  const purchases = await tryton.create('purchase.purchase', [
    {
      party,
      ...ids,
      warehouse,
      invoice_address: await tryton.idOf('party.address', [['party', '=', party]]),
      purchase_date: dateValue(day(0)),
      delivery_date: dateValue(day(7)),
      invoice_method: 'manual',
      lines: [['create', lines]],
    },
  ]);
  for (const step of ['quote', 'confirm', 'process']) await tryton.run('purchase.purchase', step, purchases);
};

const seed = async (): Promise<void> => {
  const fresh = createLiveTryton(options);
  const companies = await fresh.client.search('company.company', { domain: [] }, fresh);
  if (companies.length > 0) {
    const purchases = await fresh.client.search('purchase.purchase', { domain: [['state', '=', 'processing']] }, fresh);
    if (purchases.length > 0) return say('the company is there already');
    throw new Error(`the company in ${baseUrl} was entered only in part: boot it again with --fresh`);
  }
  const ids = await enterCompany(fresh, company.name);
  const tryton = createLiveTryton(options);
  const chart = await enterAccounts(tryton, ids.company);
  say('company with its accounts');
  const [country] = await tryton.create('country.country', [{ name: 'Germany', code: 'DE', code3: 'DEU' }]);
  const [owner] = await tryton.client.read(
    'company.company',
    [ids.company],
    ['party'],
    z.object({ party: z.number().int() }),
    tryton,
  );
  await enterSites(tryton, company, owner?.party ?? 0, country ?? 0);
  await enterItems(tryton, company, chart);
  say(`${company.sites.length} sites, ${company.items.length} items`);
  await enterStock(tryton, company);
  say('opening stock');
  await enterPeople(tryton, country ?? 0);
  await enterSales(tryton, company);
  say(`${SALES} sales`);
  await enterPurchase(tryton, company, ids);
  say('one purchase; ready');
};

try {
  await seed();
} catch (error) {
  process.stderr.write(`live-tryton: seeding failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
