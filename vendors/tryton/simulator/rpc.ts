/** Calls of models: the methods every model has, then its own buttons. */
import { HttpRefusal, internalError } from './errors.ts';
import { describeFields } from './orm/describe.ts';
import type { Model, Order, Row } from './orm/model.ts';
import { countRows, knownRows, readRows, searchRows } from './orm/read.ts';
import { type RpcContext, requestOf, type World } from './orm/request.ts';
import { createRow, deleteRows, writeRows } from './orm/write.ts';

type Given = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const namesIn = (value: unknown): readonly string[] => {
  if (value === undefined || value === null) throw internalError("'NoneType' object is not iterable");
  return Array.isArray(value) ? value.map(String) : [];
};

const idsIn = (value: unknown): readonly number[] => {
  const list = Array.isArray(value) ? value : [value];
  return list.map((id) => {
    if (typeof id === 'number' && Number.isInteger(id)) return id;
    throw internalError(`invalid literal for int() with base 10: '${String(id)}'`);
  });
};

const domainIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const orderIn = (value: unknown): Order | null =>
  Array.isArray(value)
    ? value.map((term) => (Array.isArray(term) ? [String(term[0]), String(term[1])] : ['id', 'ASC']))
    : null;

const searchIn = (args: readonly unknown[]) => ({
  domain: domainIn(args[0]),
  offset: Number(args[1] ?? 0),
  limit: typeof args[2] === 'number' ? args[2] : null,
  order: orderIn(args[3]),
});

/** What people call a record: the key under which a test counts what was done to it. */
const businessName = (row: Row): string => {
  const { reference, number, code, name } = row.values;
  return String(reference ?? number ?? code ?? name ?? row.id);
};

const record = (request: RpcContext, model: Model, row: Row, method: string, detail: Given = {}): void => {
  if (model.name === 'res.user.warning') return;
  request.world.recordWrite(`${model.name}:${businessName(row)}:${method}`, { id: row.id, ...detail });
};

type Generic = (request: RpcContext, model: Model, args: readonly unknown[]) => unknown;

const GENERIC: Readonly<Record<string, Generic>> = {
  search: (request, model, args) => searchRows(request, model, searchIn(args)).map((row) => row.id),
  search_count: (request, model, args) => countRows(request, model, domainIn(args[0])),
  search_read: (request, model, args) =>
    readRows(request, model, searchRows(request, model, searchIn(args)), namesIn(args[4])),
  read: (request, model, args) => {
    if (args.length < 2) {
      throw internalError("ModelSQL.read() missing 2 required positional arguments: 'ids' and 'fields_names'");
    }
    const fields = namesIn(args[1]);
    return readRows(request, model, knownRows(request, model, idsIn(args[0]), 'read'), fields);
  },
  fields_get: (_request, model, args) => describeFields(model, Array.isArray(args[0]) ? args[0].map(String) : null),
  create: (request, model, args) => {
    const given = Array.isArray(args[0]) ? args[0].filter(isObject) : [];
    const rows = given.map((values) => createRow(request, model, values));
    for (const row of rows) record(request, model, row, 'create');
    return rows.map((row) => row.id);
  },
  write: (request, model, args) => {
    for (let place = 0; place + 1 < args.length; place += 2) {
      const given = args[place + 1];
      const ids = idsIn(args[place]);
      writeRows(request, model, ids, isObject(given) ? given : {});
      for (const id of ids) record(request, model, request.world.tables.get(model.name, id), 'write');
    }
    return null;
  },
  delete: (request, model, args) => {
    const rows = knownRows(request, model, idsIn(args[0]), 'delete');
    deleteRows(request, model, idsIn(args[0]));
    for (const row of rows) record(request, model, row, 'delete');
    return null;
  },
};

const stateOf = (row: Row | undefined): unknown => row?.values.state;

/** A button: recorded only for the records whose state it really moved. */
const press = (request: RpcContext, model: Model, method: string, args: readonly unknown[]): unknown => {
  const button = model.methods[method];
  if (button === undefined) throw new HttpRefusal(403);
  const { tables } = request.world;
  const targets = Array.isArray(args[0]) ? knownRows(request, model, idsIn(args[0]), 'read') : [];
  const result = button(args, request);
  for (const before of targets) {
    const after = tables.find(model.name, before.id);
    if (after === undefined || stateOf(after) === stateOf(before)) continue;
    record(request, model, after, method, { from: stateOf(before), to: stateOf(after) });
  }
  return result;
};

/** `model.<model>.<method>` with its parameters, of which the last one must be the context. */
export const callModel = (world: World, userId: number, method: string, params: readonly unknown[]): unknown => {
  const dot = method.lastIndexOf('.');
  const model = world.tables.model(method.slice('model.'.length, dot));
  const name = method.slice(dot + 1);
  if (!Object.hasOwn(GENERIC, name) && !Object.hasOwn(model.methods, name)) throw new HttpRefusal(403);
  const context = params.at(-1);
  if (!isObject(context)) throw internalError('Missing context argument');
  const request = requestOf(world, userId, context);
  const args = params.slice(0, -1);
  const generic = Object.hasOwn(GENERIC, name) ? GENERIC[name] : undefined;
  return world.tables.atomically(() =>
    generic === undefined ? press(request, model, name, args) : generic(request, model, args),
  );
};
