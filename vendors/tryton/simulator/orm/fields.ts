/** The value of any field of a record: stored, system, related or worked out. */
import { keyError } from '../errors.ts';
import type { Field, Model, Row, Value } from './model.ts';
import { sortRows } from './order.ts';
import type { RpcContext } from './request.ts';

export const fieldOf = (model: Model, name: string): Field => {
  const field = Object.hasOwn(model.fields, name) ? model.fields[name] : undefined;
  if (field === undefined) throw keyError(name);
  return field;
};

/** The related model of a link; of a reference it depends on the value. */
export const targetOf = (request: RpcContext, field: Field): Model => request.world.tables.model(field.target ?? '');

export const referenceOf = (model: string, id: number): string => `${model},${id}`;

/** "sale.line,7" as model and id; null for anything else. */
export const parseReference = (value: Value): { readonly model: string; readonly id: number } | null => {
  const match = typeof value === 'string' ? /^([a-z._]+),(\d+)$/.exec(value) : null;
  return match?.[1] === undefined ? null : { model: match[1], id: Number(match[2]) };
};

/** Whether records of this model are hidden once they are inactive, as they are from every list by default. */
export const hidesInactive = (model: Model, request: RpcContext): boolean =>
  'active' in model.fields && request.context.active_test !== false;

const childIds = (request: RpcContext, model: Model, row: Row, field: Field): readonly number[] => {
  const target = targetOf(request, field);
  const inverse = field.inverse ?? '';
  const key = target.fields[inverse]?.type === 'reference' ? referenceOf(model.name, row.id) : row.id;
  const { tables } = request.world;
  const rows = tables.byIndex(target.name, inverse, key).map((id) => tables.get(target.name, id));
  const shown = hidesInactive(target, request) ? rows.filter((child) => child.values.active !== false) : rows;
  return sortRows(request, target, shown, target.order).map((child) => child.id);
};

export const recNameOf = (request: RpcContext, model: Model, row: Row): string =>
  String(model.recName?.(row, request) ?? row.values.name ?? row.id);

export const fieldValue = (request: RpcContext, model: Model, row: Row, name: string): Value => {
  switch (name) {
    case 'id':
      return row.id;
    case 'create_date':
      return row.createdUs;
    case 'write_date':
      return row.writtenUs;
    case 'create_uid':
      return 1;
    case 'write_uid':
      return row.writtenUs === null ? null : 1;
    case 'rec_name':
      return recNameOf(request, model, row);
    case '_timestamp':
      return String(Math.floor((row.writtenUs ?? row.createdUs) / 1_000_000));
  }
  const field = fieldOf(model, name);
  if (field.compute) return field.compute(row, request);
  if (field.type === 'one2many') return childIds(request, model, row, field);
  return row.values[name] ?? (field.type === 'many2many' ? [] : null);
};

/** Records that a relation points to. Records that are gone are left out, as the server's joins do. */
export const relatedRows = (
  request: RpcContext,
  model: Model,
  row: Row,
  name: string,
): readonly { readonly model: Model; readonly row: Row }[] => {
  const field = fieldOf(model, name);
  const { tables } = request.world;
  const value = fieldValue(request, model, row, name);
  if (field.type === 'reference') {
    const pointer = parseReference(value);
    if (pointer === null || !tables.hasModel(pointer.model)) return [];
    const found = tables.find(pointer.model, pointer.id);
    return found === undefined ? [] : [{ model: tables.model(pointer.model), row: found }];
  }
  const target = targetOf(request, field);
  const ids = Array.isArray(value) ? value : typeof value === 'number' ? [value] : [];
  return ids.flatMap((id) => {
    const found = tables.find(target.name, Number(id));
    return found === undefined ? [] : [{ model: target, row: found }];
  });
};

export const isRelation = (field: Field): boolean =>
  field.type === 'many2one' || field.type === 'one2many' || field.type === 'many2many' || field.type === 'reference';
