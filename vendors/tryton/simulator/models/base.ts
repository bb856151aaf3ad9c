/** What every company has before it sells anything: users, currency, country, people and their addresses. */
import { recNameOf } from '../orm/fields.ts';
import { type Compute, char, children, defineModel, flag, integer, link, numeric, selection } from '../orm/model.ts';
import type { RpcContext } from '../orm/request.ts';

const contextOf = (request: RpcContext): Readonly<Record<string, unknown>> => {
  const { tables, anchors } = request.world;
  const company = tables.get('company.company', anchors.company);
  return {
    company_filter: 'one',
    company: company.id,
    'company.rec_name': recNameOf(request, companyCompany, company),
    language: 'en',
    language_direction: 'ltr',
    groups: [1, 2, 3],
  };
};

export const resUser = defineModel({
  name: 'res.user',
  label: 'User',
  fields: {
    name: char({ label: 'Name' }),
    login: char({ label: 'Login' }),
    email: char({ label: 'Email' }),
    active: flag(true),
  },
  methods: {
    get_preferences: ([contextOnly], request) => {
      if (contextOnly === true) return contextOf(request);
      const user = request.world.tables.get('res.user', request.userId);
      return { name: user.values.name ?? null, email: user.values.email ?? null, ...contextOf(request) };
    },
  },
});

export const resUserWarning = defineModel({
  name: 'res.user.warning',
  label: 'User Warning',
  searchedByName: [],
  indexed: ['name'],
  fields: {
    user: link('res.user', { label: 'User', required: true }),
    name: char({ label: 'Name', required: true }),
    always: flag(false),
  },
});

export const currency = defineModel({
  name: 'currency.currency',
  label: 'Currency',
  order: [['name', 'ASC']],
  fields: {
    name: char({ label: 'Name', required: true }),
    code: char({ label: 'Code', required: true }),
    numeric_code: char(),
    symbol: char(),
    digits: integer({ fallback: 2 }),
    rounding: numeric({ fallback: '0.01' }),
    active: flag(true),
  },
});

export const country = defineModel({
  name: 'country.country',
  label: 'Country',
  fields: { name: char({ label: 'Name', required: true }), code: char(), code3: char(), active: flag(true) },
});

export const companyCompany = defineModel({
  name: 'company.company',
  label: 'Company',
  searchedByName: ['party.name'],
  fields: {
    party: link('party.party', { label: 'Party', required: true }),
    currency: link('currency.currency', { label: 'Currency', required: true }),
    timezone: char({ label: 'Timezone' }),
  },
  recName: (row, request) => request.world.tables.get('party.party', Number(row.values.party)).values.name ?? null,
});

const firstContact =
  (type: string): Compute =>
  (row, request) => {
    const { tables } = request.world;
    const contacts = tables.byIndex('party.contact_mechanism', 'party', row.id);
    const found = contacts.map((id) => tables.get('party.contact_mechanism', id)).find((c) => c.values.type === type);
    return found?.values.value ?? '';
  };

export const party = defineModel({
  name: 'party.party',
  label: 'Party',
  order: [
    ['name', 'ASC'],
    ['id', 'ASC'],
  ],
  searchedByName: ['name', 'code', 'contact_mechanisms.value'],
  fields: {
    name: char({ label: 'Name' }),
    code: char({ label: 'Code' }),
    active: flag(true),
    lang: link('ir.lang'),
    addresses: children('party.address', 'party'),
    contact_mechanisms: children('party.contact_mechanism', 'party'),
    full_name: char({ compute: (row) => row.values.name ?? '' }),
    email: char({ compute: firstContact('email') }),
    phone: char({ compute: firstContact('phone') }),
    mobile: char({ compute: firstContact('mobile') }),
    fax: char({ compute: firstContact('fax') }),
    website: char({ compute: firstContact('website') }),
  },
  recName: (row) => row.values.name || `[${String(row.values.code ?? '')}]`,
});

const addressLines: Compute = (row, request) => {
  const { tables } = request.world;
  const home = tables.find('country.country', Number(row.values.country));
  const city = [row.values.postal_code, row.values.city].filter(Boolean).join(' ');
  return [row.values.street, city, String(home?.values.name ?? '').toUpperCase()].filter(Boolean).join('\n');
};

export const address = defineModel({
  name: 'party.address',
  label: 'Address',
  order: [
    ['party', 'ASC'],
    ['id', 'ASC'],
  ],
  searchedByName: ['party.name', 'street', 'city', 'postal_code'],
  indexed: ['party'],
  fields: {
    party: link('party.party', { label: 'Party', required: true }),
    name: char(),
    street: { type: 'text' },
    city: char(),
    postal_code: char(),
    country: link('country.country'),
    subdivision: link('country.subdivision'),
    active: flag(true),
    full_address: { type: 'text', compute: addressLines },
  },
  recName: (row, request) => {
    const { tables } = request.world;
    const owner = tables.find('party.party', Number(row.values.party));
    const home = tables.find('country.country', Number(row.values.country));
    const { street, postal_code, city } = row.values;
    return [owner?.values.name, street, postal_code, city, home?.values.code].filter(Boolean).join(', ');
  },
});

const CONTACT_TYPES = ['phone', 'mobile', 'fax', 'email', 'website', 'skype', 'sip', 'irc', 'jabber', 'other'];

export const contactMechanism = defineModel({
  name: 'party.contact_mechanism',
  label: 'Contact Mechanism',
  order: [
    ['party', 'ASC'],
    ['id', 'ASC'],
  ],
  searchedByName: ['value'],
  indexed: ['party', 'value'],
  fields: {
    party: link('party.party', { label: 'Party', required: true }),
    type: selection(CONTACT_TYPES, 'phone', { label: 'Type', required: true }),
    value: char({ label: 'Value' }),
    name: char(),
    active: flag(true),
    value_compact: char({ compute: (row) => row.values.value ?? null }),
    email: char({ compute: (row) => (row.values.type === 'email' ? (row.values.value ?? null) : null) }),
  },
});

export const carrier = defineModel({
  name: 'carrier',
  label: 'Carrier',
  searchedByName: ['party.name'],
  fields: {
    party: link('party.party', { label: 'Party', required: true }),
    carrier_product: link('product.product', { label: 'Carrier Product' }),
    carrier_cost_method: selection(['product'], 'product', { label: 'Carrier Cost Method' }),
    active: flag(true),
  },
  recName: (row, request) =>
    `${String(request.world.tables.get('party.party', Number(row.values.party)).values.name)} - Shipping`,
});

/** Models that other models point to and of which the simulated company has no records. */
export const withoutRecords = [
  ['account.move', 'Account Move'],
  ['account.tax', 'Tax'],
  ['company.employee', 'Employee'],
  ['country.subdivision', 'Subdivision'],
  ['ir.lang', 'Language'],
  ['stock.lot', 'Stock Lot'],
].map(([name = '', label = '']) =>
  defineModel({ name, label, fields: { name: char({ label: 'Name' }), code: char({ label: 'Code' }) } }),
);
