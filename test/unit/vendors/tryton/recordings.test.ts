/** Answers of a real server, recorded: our codec and our reading of refusals against what Tryton really sends. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import * as wire from '#subgraphs/wms/adapters/tryton/wire.ts';
import { faultFrom } from '#vendors/tryton/faults.ts';
import { decodeValue } from '#vendors/tryton/values.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const specs = path.join(process.env.THROUGHLINE_SPECS ?? path.join(root, '../shared/vendors/specs'), 'tryton');
const suite = existsSync(specs) ? describe : describe.skip;
if (!existsSync(specs)) process.stderr.write(`skipped: Tryton recordings (no ${specs}; set THROUGHLINE_SPECS)\n`);

const recording = z.array(
  z.object({
    label: z.string(),
    request: z.object({ body: z.object({ method: z.string() }) }),
    response: z.object({ status: z.number(), body: z.record(z.string(), z.unknown()) }),
  }),
);

const recordings = () =>
  ['rec1', 'rec2', 'rec3'].flatMap((name) =>
    recording.parse(JSON.parse(readFileSync(path.join(specs, 'recordings', `${name}.json`), 'utf8'))),
  );

const fieldsGet = (): Readonly<Record<string, Readonly<Record<string, unknown>>>> =>
  z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .parse(JSON.parse(readFileSync(path.join(specs, 'fields_get-6.0.json'), 'utf8')));

const tagsIn = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + tagsIn(entry), 0);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  return Object.entries(value).reduce((sum, [name, entry]) => sum + (name === '__class__' ? 1 : tagsIn(entry)), 0);
};

suite('recorded answers of Tryton 6.0', () => {
  it('decode without a tag left', () => {
    const results = recordings().filter(({ response }) => 'result' in response.body);
    expect(results.length).toBeGreaterThan(30);
    expect(results.reduce((sum, { response }) => sum + tagsIn(response.body.result), 0)).toBeGreaterThan(10);
    for (const { response } of results) expect(tagsIn(decodeValue(response.body.result))).toBe(0);
  });

  it('of refusals are understood by kind, and never shown with a traceback', () => {
    const faults = recordings()
      .filter(({ response }) => 'error' in response.body)
      .map(({ response }) => faultFrom(response.body.error));
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(
      new Set(['LoginException', 'UserWarning', 'UserError', 'INTERNAL', 'ConcurrencyException']),
    );
    for (const fault of faults) expect(fault.message).not.toMatch(/Traceback|\n/);
    const warning = faults.find(({ kind }) => kind === 'UserWarning');
    expect(warning?.warning).toMatch(/\.done$/);
    expect(warning?.message).toMatch(/have no origin/);
  });

  it.each([
    ['stock.move', [...wire.OPEN_MOVE_FIELDS, ...wire.CHANGED_MOVE_FIELDS, ...wire.DOCUMENT_MOVE_FIELDS]],
    ['stock.shipment.out', wire.SHIPMENT_FIELDS.filter((field) => !field.startsWith('carrier'))],
    ['stock.shipment.out.return', wire.RETURN_FIELDS],
    ['stock.location', wire.LOCATION_FIELDS],
    ['product.product', [...wire.PRODUCT_FIELDS, ...wire.QUANTITY_FIELDS]],
    ['sale.sale', wire.SALE_FIELDS],
  ] as const)('%s has every field that we read', (model, fields) => {
    const known = new Set(Object.keys(fieldsGet()[model] ?? {}));
    const heads = new Set(fields.map((field) => field.split('.')[0] ?? field));
    expect([...heads].filter((field) => !known.has(field))).toEqual([]);
  });
});
