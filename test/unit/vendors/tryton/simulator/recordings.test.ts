/** Replays recorded exchanges with a real server in a fresh database, in their order, and compares the answers. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type Bench, createBench, emptyCompany } from './bench.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../..');
const specs = process.env.THROUGHLINE_SPECS ?? path.resolve(root, '../shared/vendors/specs');
const recordings = path.join(specs, 'tryton/recordings');
const present = existsSync(recordings);
if (!present) process.stderr.write(`skipped: no Tryton recordings at ${recordings} (set THROUGHLINE_SPECS)\n`);
const suite = present ? describe : describe.skip;

type Recording = {
  readonly label: string;
  readonly request: {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: { readonly id: number; readonly method: string; readonly params: readonly unknown[] };
  };
  readonly response: { readonly status: number; readonly body: unknown };
};

const load = (name: string): readonly Recording[] =>
  JSON.parse(readFileSync(path.join(recordings, name), 'utf8')) as Recording[];

/** Modules that the simulated server does not have activated. */
const ABSENT_MODELS = ['sale.complaint', 'stock.shipment.internal'];

/** Ids of the places in the recorded database, by their codes there. */
const RECORDED_PLACES: Readonly<Record<number, string>> = { 3: 'WH-NORD-STO', 5: 'WH-NORD', 6: 'SUP', 7: 'CUS' };
const PLACE_KEYS = new Set(['from_location', 'to_location', 'warehouse', 'location', 'locations']);

const withPlaces = (value: unknown, places: ReadonlyMap<number, number>, key = ''): unknown => {
  if (typeof value === 'number' && PLACE_KEYS.has(key)) return places.get(value) ?? value;
  if (Array.isArray(value)) return value.map((entry) => withPlaces(entry, places, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withPlaces(inner, places, name)]));
};

const placesOf = async (bench: Bench): Promise<ReadonlyMap<number, number>> => {
  const rows = (await bench.call('stock.location.search_read', [[], 0, null, null, ['code']])) as {
    id: number;
    code: string | null;
  }[];
  const idOf = new Map(rows.map((row) => [row.code, row.id]));
  return new Map(Object.entries(RECORDED_PLACES).map(([id, code]) => [Number(id), idOf.get(code) ?? -1]));
};

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value === 'object' ? 'object' : typeof value;

/** Where two answers differ in keys or types. Null is of any type; lists are compared by their first entries. */
const differences = (recorded: unknown, ours: unknown, where: string, allowMore: boolean): readonly string[] => {
  if (recorded === null || ours === null) return [];
  if (kindOf(recorded) !== kindOf(ours)) return [`${where}: ${kindOf(recorded)} recorded, ${kindOf(ours)} simulated`];
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (recorded.length === 0 || ours.length === 0) return [];
    return differences(recorded[0], ours[0], `${where}[0]`, allowMore);
  }
  if (kindOf(recorded) !== 'object') return [];
  const a = recorded as Readonly<Record<string, unknown>>;
  const b = ours as Readonly<Record<string, unknown>>;
  const missing = Object.keys(a).filter((key) => !(key in b));
  const more = allowMore ? [] : Object.keys(b).filter((key) => !(key in a));
  return [
    ...missing.map((key) => `${where}.${key}: missing`),
    ...more.map((key) => `${where}.${key}: not in the recording`),
    ...Object.keys(a).flatMap((key) => (key in b ? differences(a[key], b[key], `${where}.${key}`, allowMore) : [])),
  ];
};

const isReplayable = (recording: Recording): boolean =>
  !ABSENT_MODELS.some((model) => recording.request.body.method.startsWith(`model.${model}.`));

const replay = async (bench: Bench, recording: Recording, places: ReadonlyMap<number, number>) => {
  const { body, headers } = recording.request;
  const params = JSON.parse(
    JSON.stringify(withPlaces(body.params, places)).replaceAll('adminpw123', 'admin'),
  ) as unknown[];
  const authorization = recording.label.includes('bad session')
    ? `Session ${Buffer.from('admin:1:unknown').toString('base64')}`
    : 'Authorization' in headers
      ? await bench.authorization()
      : undefined;
  return bench.raw({
    path: recording.request.path,
    headers: { authorization },
    rawBody: JSON.stringify({ ...body, params }),
  });
};

/** Calls that were made between the recorded ones and not recorded, by the label before which they belong. */
const BETWEEN: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  'return sale read': async (bench) => {
    for (const method of ['quote', 'confirm']) await bench.call(`sale.sale.${method}`, [[2]]);
  },
};

suite('simulated Tryton against recordings of a real one', () => {
  const all = present ? ['rec1.json', 'rec2.json', 'rec3.json'].flatMap(load) : [];
  const replayable = all.filter(isReplayable);

  test('nearly all recordings can be replayed', () => {
    expect(all.length).toBeGreaterThan(50);
    expect(all.length - replayable.length).toBe(2);
  });

  test('every replayed answer has the recorded status, keys, types and refusals', async () => {
    const bench = createBench(emptyCompany('2026-11-20T08:00:00.000Z'));
    const places = await placesOf(bench);
    const found: string[] = [];
    for (const recording of replayable) {
      await BETWEEN[recording.label]?.(bench);
      const ours = await replay(bench, recording, places);
      const { label, response } = recording;
      if (ours.status !== response.status) {
        found.push(`${label}: HTTP ${response.status} recorded, ${ours.status} simulated`);
        continue;
      }
      const text = (response.body as { _raw?: string })._raw;
      const allowMore = label === 'preferences' || recording.request.body.method.endsWith('fields_get');
      found.push(
        ...(text === undefined
          ? differences(response.body, ours.body, label, allowMore)
          : ours.body === text
            ? []
            : [`${label}: another page`]),
      );
    }
    expect(found).toEqual([]);
  });

  test('the sale and its stock end where they ended on the real server', async () => {
    const bench = createBench(emptyCompany('2026-11-20T08:00:00.000Z'));
    const places = await placesOf(bench);
    const last = new Map<string, unknown>();
    for (const recording of replayable) {
      await BETWEEN[recording.label]?.(bench);
      const ours = await replay(bench, recording, places);
      last.set(recording.label, [ours.body, recording.response.body]);
    }
    const both = (label: string): readonly [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>] => {
      const [ours, theirs] = last.get(label) as { result: Readonly<Record<string, unknown>>[] }[];
      return [ours?.result[0] ?? {}, theirs?.result[0] ?? {}];
    };
    for (const [label, fields] of [
      ['sale.sale read after shipment done', ['state', 'shipment_state', 'invoice_state', 'reference', 'total_amount']],
      ['stock.shipment.out read after assign_try', ['state']],
      ['stock.shipment.out read after done', ['state']],
      ['forecast quantity with open sale', ['quantity', 'forecast_quantity']],
      ['stock after receipt', ['quantity', 'forecast_quantity']],
      ['stock.shipment.out.return read', ['state']],
    ] as const) {
      const [ours, theirs] = both(label);
      for (const field of fields)
        expect({ label, field, value: ours[field] }).toEqual({ label, field, value: theirs[field] });
    }
  });
});
