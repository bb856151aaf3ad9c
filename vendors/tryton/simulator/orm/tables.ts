/** The database behind the simulated server: records by id, with indexes on the fields that searches use. */
import type { Clock } from '#runtime/clock.ts';
import { keyError } from '../errors.ts';
import type { Model, Row, Value } from './model.ts';

export type RowChange = { readonly before: Row | null; readonly after: Row | null };

export type Tables = {
  /** Throws the server's KeyError for a model it does not have. */
  model(name: string): Model;
  hasModel(name: string): boolean;
  find(model: string, id: number): Row | undefined;
  /** A record that must be there: its absence is a bug of the simulator. */
  get(model: string, id: number): Row;
  rows(model: string): Iterable<Row>;
  count(model: string): number;
  /** Ids of the records whose indexed field has this value, lowest first. */
  byIndex(model: string, field: string, value: Value): readonly number[];
  insert(model: string, values: Readonly<Record<string, Value>>, atUs?: number): Row;
  /** Changes nothing, not even the write date, when every value is as it was. */
  update(model: string, id: number, values: Readonly<Record<string, Value>>, atUs?: number): Row;
  remove(model: string, id: number): void;
  /** Called after every change of a record of this model. */
  watch(model: string, listener: (change: RowChange) => void): void;
  /** All of it or nothing: what `run` changed is taken back when it throws. Given ids are not given again. */
  atomically<T>(run: () => T): T;
};

type Table = {
  readonly model: Model;
  readonly rows: Map<number, Row>;
  readonly indexes: ReadonlyMap<string, Map<Value, Set<number>>>;
  readonly listeners: ((change: RowChange) => void)[];
  nextId: number;
};

const isSame = (a: Value | undefined, b: Value | undefined): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((entry, place) => entry === b[place])
    : (a ?? null) === (b ?? null);

export const createTables = (models: readonly Model[], clock: Clock): Tables => {
  const tables = new Map<string, Table>(
    models.map((model) => [
      model.name,
      {
        model,
        rows: new Map(),
        indexes: new Map(model.indexed.map((field) => [field, new Map<Value, Set<number>>()])),
        listeners: [],
        nextId: 1,
      },
    ]),
  );
  const tableOf = (name: string): Table => {
    const table = tables.get(name);
    if (table === undefined) throw keyError(name);
    return table;
  };
  const nowUs = (): number => clock.now() * 1000;
  let undo: (() => void)[] | null = null;

  const reindex = (table: Table, before: Row | null, after: Row | null): void => {
    for (const [field, index] of table.indexes) {
      const from = before === null ? undefined : (before.values[field] ?? null);
      const to = after === null ? undefined : (after.values[field] ?? null);
      if (from === to) continue;
      if (before !== null && from !== undefined) index.get(from)?.delete(before.id);
      if (after === null || to === undefined) continue;
      const ids = index.get(to) ?? new Set<number>();
      ids.add(after.id);
      index.set(to, ids);
    }
  };

  const commit = (table: Table, before: Row | null, after: Row | null): void => {
    undo?.push(() => commit(table, after, before));
    if (after !== null) table.rows.set(after.id, after);
    else if (before !== null) table.rows.delete(before.id);
    reindex(table, before, after);
    for (const listener of table.listeners) listener({ before, after });
  };

  const get = (name: string, id: number): Row => {
    const row = tableOf(name).rows.get(id);
    if (row === undefined) throw new Error(`simulated Tryton has lost ${name},${id}`);
    return row;
  };

  return {
    model: (name) => tableOf(name).model,
    hasModel: (name) => tables.has(name),
    find: (name, id) => tableOf(name).rows.get(id),
    get,
    rows: (name) => tableOf(name).rows.values(),
    count: (name) => tableOf(name).rows.size,
    byIndex: (name, field, value) => {
      const index = tableOf(name).indexes.get(field);
      if (index === undefined) throw new Error(`simulated Tryton has no index on ${name}.${field}`);
      return [...(index.get(value) ?? [])].sort((a, b) => a - b);
    },
    insert: (name, values, atUs) => {
      const table = tableOf(name);
      const row: Row = { id: table.nextId++, createdUs: atUs ?? nowUs(), writtenUs: null, values };
      commit(table, null, row);
      return row;
    },
    update: (name, id, values, atUs) => {
      const table = tableOf(name);
      const before = get(name, id);
      if (Object.entries(values).every(([field, value]) => isSame(before.values[field], value))) return before;
      const after: Row = { ...before, writtenUs: atUs ?? nowUs(), values: { ...before.values, ...values } };
      commit(table, before, after);
      return after;
    },
    remove: (name, id) => commit(tableOf(name), get(name, id), null),
    watch: (name, listener) => {
      tableOf(name).listeners.push(listener);
    },
    atomically: (run) => {
      if (undo !== null) return run();
      const steps: (() => void)[] = [];
      undo = steps;
      try {
        return run();
      } catch (error) {
        undo = null;
        for (const step of steps.reverse()) step();
        throw error;
      } finally {
        undo = null;
      }
    },
  };
};
