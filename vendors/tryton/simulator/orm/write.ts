/** Creating, changing and deleting records, with the commands by which related records are written along. */
import { concurrencyException, internalError, keyError, userError } from '../errors.ts';
import { fieldOf, referenceOf } from './fields.ts';
import type { Field, Model, Row, Value } from './model.ts';
import { knownRows } from './read.ts';
import type { RpcContext } from './request.ts';
import { fromWire } from './values.ts';

type Given = Readonly<Record<string, unknown>>;

const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('__class__' in value);

type Command = { readonly verb: string; readonly operands: readonly unknown[] };

const commandsIn = (value: unknown): readonly Command[] => {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw internalError('a list of commands is expected');
  return value.map((entry: unknown) => {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') throw internalError('a list of commands is expected');
    return { verb: entry[0], operands: entry.slice(1) };
  });
};

const idsIn = (value: unknown): readonly number[] => (Array.isArray(value) ? value.map(Number) : []);

const keyFor = (target: Model, inverse: string, model: Model, row: Row): Value =>
  target.fields[inverse]?.type === 'reference' ? referenceOf(model.name, row.id) : row.id;

const writeChildren = (request: RpcContext, model: Model, row: Row, field: Field, value: unknown): void => {
  const { tables } = request.world;
  const target = tables.model(field.target ?? '');
  const inverse = field.inverse ?? '';
  const key = keyFor(target, inverse, model, row);
  for (const { verb, operands } of commandsIn(value)) {
    if (verb === 'create') {
      for (const given of Array.isArray(operands[0]) ? operands[0] : []) {
        if (isGiven(given)) createRow(request, target, { ...given, [inverse]: key });
      }
    } else if (verb === 'add') {
      for (const id of idsIn(operands[0])) tables.update(target.name, id, { [inverse]: key });
    } else if (verb === 'remove') {
      for (const id of idsIn(operands[0])) tables.update(target.name, id, { [inverse]: null });
    } else if (verb === 'delete') {
      deleteRows(request, target, idsIn(operands[0]));
    } else if (verb === 'write') {
      for (let place = 0; place + 1 < operands.length; place += 2) {
        const given = operands[place + 1];
        if (isGiven(given)) writeRows(request, target, idsIn(operands[place]), given);
      }
    } else throw keyError(verb);
  }
};

const writeLinks = (current: Value, value: unknown): Value => {
  const links = new Set(Array.isArray(current) ? current.map(Number) : []);
  for (const { verb, operands } of commandsIn(value)) {
    if (verb === 'add') for (const id of idsIn(operands[0])) links.add(id);
    else if (verb === 'remove') for (const id of idsIn(operands[0])) links.delete(id);
    else throw keyError(verb);
  }
  return [...links];
};

const checkSelection = (model: Model, name: string, field: Field, value: Value): void => {
  if (field.options === undefined || value === null || field.options.includes(String(value))) return;
  throw userError(
    `The value "${String(value)}" for field "${field.label ?? name}" in "${model.label}" is not one of the allowed options.`,
  );
};

const checkRequired = (model: Model, values: Readonly<Record<string, Value>>): void => {
  for (const [name, field] of Object.entries(model.fields)) {
    if (!field.required || (values[name] ?? null) !== null) continue;
    throw userError(`A value is required for field "${field.label ?? name}" in "${model.label}".`);
  }
};

const SYSTEM_FIELDS = new Set(['id', 'create_date', 'write_date', 'create_uid', 'write_uid', 'rec_name', '_timestamp']);

/** What goes into the record itself; related records are written once it exists. */
const storedPart = (
  request: RpcContext,
  model: Model,
  given: Given,
  current: Readonly<Record<string, Value>>,
): Record<string, Value> => {
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(given)) {
    const field = fieldOf(model, name);
    if (SYSTEM_FIELDS.has(name) || field.compute || field.type === 'one2many') continue;
    values[name] = field.type === 'many2many' ? writeLinks(current[name] ?? null, value) : fromWire(value);
    checkSelection(model, name, field, values[name] ?? null);
  }
  model.validate?.({ ...current, ...values }, request);
  return values;
};

const writeRelated = (request: RpcContext, model: Model, row: Row, given: Given): void => {
  for (const [name, value] of Object.entries(given)) {
    const field = fieldOf(model, name);
    if (field.type === 'one2many' && !field.compute) writeChildren(request, model, row, field, value);
  }
};

const defaultsOf = (request: RpcContext, model: Model): Record<string, Value> => {
  const values: Record<string, Value> = {};
  for (const [name, field] of Object.entries(model.fields)) {
    if (field.fallback === undefined) continue;
    values[name] = typeof field.fallback === 'function' ? field.fallback(request) : field.fallback;
  }
  return values;
};

export const createRow = (request: RpcContext, model: Model, given: Given): Row => {
  const defaults = defaultsOf(request, model);
  const values = { ...defaults, ...storedPart(request, model, given, defaults) };
  checkRequired(model, values);
  const row = request.world.tables.insert(model.name, values);
  writeRelated(request, model, row, given);
  return row;
};

/** Refuses the write when the context says which state of the record it was made for, and that state is gone. */
const checkTimestamps = (request: RpcContext, model: Model, rows: readonly Row[]): void => {
  const known = request.context._timestamp;
  if (!isGiven(known)) return;
  for (const row of rows) {
    const seen = known[referenceOf(model.name, row.id)];
    if (seen !== undefined && Number(seen) < Math.floor((row.writtenUs ?? row.createdUs) / 1_000_000)) {
      throw concurrencyException();
    }
  }
};

export const writeRows = (request: RpcContext, model: Model, ids: readonly number[], given: Given): void => {
  const rows = knownRows(request, model, ids, 'write to');
  checkTimestamps(request, model, rows);
  for (const row of rows) {
    const values = storedPart(request, model, given, row.values);
    checkRequired(model, { ...row.values, ...values });
    writeRelated(request, model, request.world.tables.update(model.name, row.id, values), given);
  }
};

export const deleteRows = (request: RpcContext, model: Model, ids: readonly number[]): void => {
  for (const row of knownRows(request, model, ids, 'delete')) {
    model.beforeDelete?.(row, request);
    request.world.tables.remove(model.name, row.id);
  }
};
