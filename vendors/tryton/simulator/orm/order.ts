/** Sorting as PostgreSQL does it for the server: nulls last when ascending, first when descending. */
import { fieldOf, fieldValue, isRelation, recNameOf, relatedRows } from './fields.ts';
import type { Model, Order, Row, Value } from './model.ts';
import type { RpcContext } from './request.ts';

const sortKey = (request: RpcContext, model: Model, row: Row, path: string): Value => {
  const [head = '', ...rest] = path.split('.');
  const field = fieldOf(model, head);
  if (!isRelation(field)) return fieldValue(request, model, row, head);
  const [related] = relatedRows(request, model, row, head);
  if (related === undefined) return null;
  return rest.length === 0
    ? recNameOf(request, related.model, related.row)
    : sortKey(request, related.model, related.row, rest.join('.'));
};

const compareValues = (a: Value, b: Value): number => {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
};

export const sortRows = (request: RpcContext, model: Model, rows: readonly Row[], order: Order): readonly Row[] => {
  const terms = order.map(([path, direction]) => ({
    path,
    sign: /^desc/i.test(direction ?? '') ? -1 : 1,
    keys: new Map<number, Value>(),
  }));
  for (const term of terms) {
    fieldOf(model, term.path.split('.')[0] ?? '');
    for (const row of rows) term.keys.set(row.id, sortKey(request, model, row, term.path));
  }
  return [...rows].sort((a, b) => {
    for (const term of terms) {
      const compared = compareValues(term.keys.get(a.id) ?? null, term.keys.get(b.id) ?? null);
      if (compared !== 0) return compared * term.sign;
    }
    return a.id - b.id;
  });
};
