/** Search domains: nested lists of clauses, joined by AND unless the list begins with 'OR'. */
import { internalError } from '../errors.ts';
import { fieldOf, fieldValue, isRelation, recNameOf, relatedRows } from './fields.ts';
import type { Model, Row, Value } from './model.ts';
import type { RpcContext } from './request.ts';
import { fromWire } from './values.ts';

export type Predicate = (row: Row) => boolean;

type Clause = {
  readonly path: string;
  readonly operator: string;
  readonly operand: unknown;
  /** The model that a dotted path through a reference goes to, or the parent field of child_of. */
  readonly hint: string | undefined;
};

const isClause = (domain: readonly unknown[]): boolean =>
  typeof domain[0] === 'string' && domain[0] !== 'AND' && domain[0] !== 'OR';

const clauseOf = (domain: readonly unknown[]): Clause => ({
  path: String(domain[0]),
  operator: String(domain[1]),
  operand: domain[2],
  hint: typeof domain[3] === 'string' ? domain[3] : undefined,
});

const LIKE_TOKEN = /\\[\s\S]|[%_]|[^\\%_]+/g;

/** PostgreSQL's patterns: a backslash takes the next sign as it is. */
const likePattern = (text: string, flags: string): RegExp => {
  const source = (text.match(LIKE_TOKEN) ?? []).map((token) => {
    if (token === '%') return '[\\s\\S]*';
    if (token === '_') return '[\\s\\S]';
    const literal = token.startsWith('\\') ? token.slice(1) : token;
    return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, flags);
};

type Test = (value: Value) => boolean;

/** SQL's three-valued logic: a comparison with nothing is never true, except = and != null themselves. */
const present =
  (test: (value: string | number | boolean) => boolean): Test =>
  (value) =>
    value !== null && !Array.isArray(value) && test(value as string | number | boolean);

const comparison = (operator: string, operand: unknown, numericField: boolean): Test => {
  const comparable = (value: Value): Value => (numericField && typeof value === 'string' ? Number(value) : value);
  if (operator === 'in' || operator === 'not in') {
    if (!Array.isArray(operand)) throw internalError(`'${operator}' needs a list`);
    const members = new Set(operand.map((entry) => comparable(fromWire(entry))));
    if (operator === 'not in') return present((value) => !members.has(comparable(value)));
    return (value) => (value === null ? members.has(null) : members.has(comparable(value)));
  }
  const wanted = comparable(fromWire(operand));
  switch (operator) {
    case '=':
      return (value) => comparable(value) === wanted;
    case '!=':
      return wanted === null ? (value) => value !== null : present((value) => comparable(value) !== wanted);
    case '<':
      return present((value) => wanted !== null && (comparable(value) ?? 0) < wanted);
    case '<=':
      return present((value) => wanted !== null && (comparable(value) ?? 0) <= wanted);
    case '>':
      return present((value) => wanted !== null && (comparable(value) ?? 0) > wanted);
    case '>=':
      return present((value) => wanted !== null && (comparable(value) ?? 0) >= wanted);
    case 'like':
    case 'ilike':
    case 'not like':
    case 'not ilike': {
      const pattern = likePattern(String(wanted), operator.endsWith('ilike') ? 'i' : '');
      const negative = operator.startsWith('not');
      return present((value) => pattern.test(String(value)) !== negative);
    }
    default:
      throw internalError('maximum recursion depth exceeded in __instancecheck__');
  }
};

const isTextSearch = (operator: string, operand: unknown): boolean =>
  operator.includes('like') || (typeof operand === 'string' && (operator === '=' || operator === '!='));

const descendants = (request: RpcContext, model: Model, roots: readonly number[], parent: string): Set<number> => {
  const reached = new Set(roots);
  for (let grown = true; grown; ) {
    grown = false;
    for (const row of request.world.tables.rows(model.name)) {
      const above = row.values[parent];
      if (reached.has(row.id) || typeof above !== 'number' || !reached.has(above)) continue;
      reached.add(row.id);
      grown = true;
    }
  }
  return reached;
};

const compileLeaf = (request: RpcContext, model: Model, clause: Clause): Predicate => {
  const { path, operator, operand } = clause;
  if (path === 'rec_name' && model.searchedByName.length > 0) {
    const parts = model.searchedByName.map((name) => compileClause(request, model, { ...clause, path: name }));
    return operator.startsWith('not') || operator === '!='
      ? (row) => parts.every((part) => part(row))
      : (row) => parts.some((part) => part(row));
  }
  const field = fieldOf(model, path);
  if (field.unsearchable) {
    throw internalError(`Missing search function for field "${field.label ?? path}" in "${model.label}".`);
  }
  if (operator === 'child_of') {
    const roots = (Array.isArray(operand) ? operand : [operand]).map(Number);
    // On a model's own parent field the record itself is meant, through another model's link the linked record.
    if (field.target === model.name) {
      const reached = descendants(request, model, roots, path);
      return (row) => reached.has(row.id);
    }
    const reached = descendants(
      request,
      request.world.tables.model(field.target ?? ''),
      roots,
      clause.hint ?? 'parent',
    );
    return (row) => reached.has(Number(fieldValue(request, model, row, path)));
  }
  if (field.type === 'many2one' && isTextSearch(operator, operand)) {
    const test = comparison(operator, operand, false);
    return (row) =>
      relatedRows(request, model, row, path).some((found) => test(recNameOf(request, found.model, found.row)));
  }
  const test = comparison(operator, operand, field.type === 'numeric');
  if (field.type !== 'one2many' && field.type !== 'many2many') {
    return (row) => test(fieldValue(request, model, row, path));
  }
  return (row) => {
    const ids = fieldValue(request, model, row, path);
    const related = Array.isArray(ids) ? ids : [];
    return operand === null ? test(related.length === 0 ? null : 1) : related.some((id) => test(Number(id)));
  };
};

const compileClause = (request: RpcContext, model: Model, clause: Clause): Predicate => {
  const [head = '', ...rest] = clause.path.split('.');
  if (rest.length === 0) return compileLeaf(request, model, clause);
  const field = fieldOf(model, head);
  if (!isRelation(field) || field.unsearchable) {
    throw internalError(`Missing search function for field "${field.label ?? head}" in "${model.label}".`);
  }
  const inner: Clause = { ...clause, path: rest.join('.') };
  const targetName = field.type === 'reference' ? clause.hint : field.target;
  if (targetName === undefined) throw internalError(`not enough values to unpack`);
  const target = request.world.tables.model(targetName);
  const test = compileClause(request, target, inner);
  return (row) =>
    relatedRows(request, model, row, head).some((found) => found.model.name === target.name && test(found.row));
};

export const compileDomain = (request: RpcContext, model: Model, domain: readonly unknown[]): Predicate => {
  if (isClause(domain)) return compileClause(request, model, clauseOf(domain));
  const parts = domain
    .filter((part) => part !== 'AND' && part !== 'OR')
    .map((part) => {
      if (!Array.isArray(part)) throw internalError('a domain is a list of clauses');
      return compileDomain(request, model, part);
    });
  return domain[0] === 'OR' && parts.length > 0
    ? (row) => parts.some((part) => part(row))
    : (row) => parts.every((part) => part(row));
};

export const mentions = (domain: readonly unknown[], name: string): boolean =>
  isClause(domain)
    ? String(domain[0]).split('.')[0] === name
    : domain.some((part) => Array.isArray(part) && mentions(part, name));

/** Ids that an index already narrows the search to; null when all records have to be looked at. */
export const candidatesOf = (
  request: RpcContext,
  model: Model,
  domain: readonly unknown[],
): readonly number[] | null => {
  if (domain[0] === 'OR') return null;
  const clauses = isClause(domain)
    ? [domain]
    : domain.filter((part): part is readonly unknown[] => Array.isArray(part));
  for (const part of clauses) {
    if (!isClause(part)) continue;
    const { path, operator, operand } = clauseOf(part);
    const wanted = operator === '=' ? [operand] : operator === 'in' && Array.isArray(operand) ? operand : null;
    if (wanted === null) continue;
    if (path === 'id') return [...new Set(wanted.map(Number))];
    const field = model.fields[path];
    if (field === undefined || !model.indexed.includes(path)) continue;
    const values = wanted.map(fromWire);
    if (field.type === 'many2one' && values.some((value) => typeof value === 'string')) continue;
    return [...new Set(values.flatMap((value) => request.world.tables.byIndex(model.name, path, value)))];
  }
  return null;
};
