/** Records as a live Tryton 6.0 on SQLite gave them for our own field lists, decoded as the client decodes them. */
import { readFileSync } from 'node:fs';
import { decodeValue } from '#vendors/tryton/values.ts';

const FILE = new URL('../../../fixtures/tryton/erp-records.json', import.meta.url);

type Fixture = Readonly<Record<string, unknown>>;

export const fixture = (name: 'product' | 'warehouse' | 'sale'): Fixture => {
  const records = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, unknown>>;
  return decodeValue(records[name]) as Fixture;
};
