/** Searching and reading records. */
import { keyError, unknownRecords } from '../errors.ts';
import { candidatesOf, compileDomain, mentions } from './domain.ts';
import { fieldOf, fieldValue, hidesInactive, isRelation, relatedRows } from './fields.ts';
import type { Model, Order, Row } from './model.ts';
import { sortRows } from './order.ts';
import type { RpcContext } from './request.ts';
import { onWire } from './values.ts';

export type Search = {
  readonly domain: readonly unknown[];
  readonly offset: number;
  readonly limit: number | null;
  readonly order: Order | null;
};

const matching = (request: RpcContext, model: Model, domain: readonly unknown[]): readonly Row[] => {
  const { tables } = request.world;
  const predicate = compileDomain(request, model, domain);
  const activeOnly = hidesInactive(model, request) && !mentions(domain, 'active');
  const candidates = candidatesOf(request, model, domain);
  const pool =
    candidates === null ? [...tables.rows(model.name)] : candidates.flatMap((id) => tables.find(model.name, id) ?? []);
  return pool.filter((row) => (!activeOnly || row.values.active !== false) && predicate(row));
};

export const searchRows = (request: RpcContext, model: Model, search: Search): readonly Row[] => {
  const rows = sortRows(request, model, matching(request, model, search.domain), search.order ?? model.order);
  return rows.slice(search.offset, search.limit === null ? undefined : search.offset + search.limit);
};

export const countRows = (request: RpcContext, model: Model, domain: readonly unknown[]): number =>
  matching(request, model, domain).length;

const readRow = (
  request: RpcContext,
  model: Model,
  row: Row,
  fields: readonly string[],
): Readonly<Record<string, unknown>> => {
  const result: Record<string, unknown> = { id: row.id };
  const nested = new Map<string, string[]>();
  for (const path of fields) {
    const dot = path.indexOf('.');
    if (dot === -1) {
      result[path] = onWire(fieldOf(model, path), fieldValue(request, model, row, path));
      continue;
    }
    const head = path.slice(0, dot);
    nested.set(head, [...(nested.get(head) ?? []), path.slice(dot + 1)]);
  }
  for (const [head, inner] of nested) {
    const field = fieldOf(model, head);
    if (!isRelation(field)) throw keyError(head);
    const related = relatedRows(request, model, row, head).map((found) =>
      readRow(request, found.model, found.row, inner),
    );
    const many = field.type === 'one2many' || field.type === 'many2many';
    result[`${head}.`] = many ? related : (related[0] ?? null);
  }
  return result;
};

/** Checks the fields even when there is nothing to read, as the server does. */
export const readRows = (
  request: RpcContext,
  model: Model,
  rows: readonly Row[],
  fields: readonly string[],
): readonly Readonly<Record<string, unknown>>[] => {
  for (const path of fields) fieldOf(model, path.split('.')[0] ?? '');
  return rows.map((row) => readRow(request, model, row, fields));
};

/** The records of these ids, each once, lowest id first. One that is not there refuses the whole call. */
export const knownRows = (
  request: RpcContext,
  model: Model,
  ids: readonly number[],
  verb: 'read' | 'write to' | 'delete',
): readonly Row[] => {
  const wanted = [...new Set(ids)].sort((a, b) => a - b);
  const found = wanted.map((id) => request.world.tables.find(model.name, id));
  const rows = found.filter((row): row is Row => row !== undefined);
  if (rows.length === wanted.length) return rows;
  const missing = wanted.filter((_, place) => found[place] === undefined);
  // Observed: without a company rule the message names all ids of the call, with one only the refused ones.
  throw unknownRecords(model, verb, model.companyRule ? missing : wanted);
};
