/** The response while it grows: objects as subgraphs gave them, joined. Plain JSON values, and nothing else. */

export type Json = Record<string, unknown>;
/** Response names from the root; '@' stands for every element of a list. */
export type PathPattern = readonly string[];
export type Place = readonly (string | number)[];

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects that stand at several places of one tree, because one entity was wanted there. */
export type Shared = Set<object>;

/** `__proto__` is the one name whose plain reading and writing means something else; it may be an alias. */
export const read = (from: Json, name: string): unknown => {
  if (name === '__proto__') return Object.hasOwn(from, name) ? from[name] : undefined;
  const value = from[name];
  // JSON has no functions: this is toString and its like, inherited.
  return typeof value === 'function' ? undefined : value;
};

export const write = (to: Json, name: string, value: unknown): void => {
  if (name === '__proto__')
    Object.defineProperty(to, name, { value, enumerable: true, configurable: true, writable: true });
  else to[name] = value;
};

/** A result that others hold too, made one's own. */
export const copyOf = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Json = {};
  for (const name in value) write(copy, name, copyOf((value as Json)[name]));
  return copy;
};

/** One level of a copy: what lies below is from now on held twice. */
const splitOff = (value: object, shared: Shared): Json | unknown[] => {
  const copy = Array.isArray(value) ? [...value] : { ...(value as Json) };
  for (const inner of Object.values(copy)) if (typeof inner === 'object' && inner !== null) shared.add(inner);
  return copy;
};

/** What may be written to in place of `value`: itself, or a copy if it stands elsewhere as well. */
const owned = (holder: Json | unknown[], name: string | number, value: object, shared: Shared): Json | unknown[] => {
  if (!shared.has(value)) return value as Json | unknown[];
  const copy = splitOff(value, shared);
  if (Array.isArray(holder)) holder[name as number] = copy;
  else write(holder, name as string, copy);
  return copy;
};

const mergeLists = (to: unknown[], from: readonly unknown[], shared: Shared, isForMany: boolean): void => {
  for (let index = 0; index < from.length; index += 1) {
    const before = to[index];
    const value = from[index];
    if (before === value) continue;
    if (isObject(before) && isObject(value))
      mergeInto(owned(to, index, before, shared) as Json, value, shared, isForMany);
    else if (Array.isArray(before) && Array.isArray(value) && before.length === value.length)
      mergeLists(owned(to, index, before, shared) as unknown[], value, shared, isForMany);
    else {
      if (isForMany && typeof value === 'object' && value !== null) shared.add(value);
      to[index] = value;
    }
  }
};

/**
 * Joins `from` into `to`, object by object and list by list; elsewhere the newer value stays. `from` is not changed, but
 * what lies in it becomes part of the tree. `isForMany` when the same `from` is joined to other objects too.
 */
export const mergeInto = (to: Json, from: Json, shared: Shared, isForMany: boolean): void => {
  for (const name in from) {
    const value = from[name];
    if (value === undefined) continue;
    const before = read(to, name);
    if (before === value) continue;
    if (typeof value !== 'object' || value === null) {
      write(to, name, value);
      continue;
    }
    if (typeof before === 'object' && before !== null) {
      if (!Array.isArray(before) && !Array.isArray(value)) {
        mergeInto(owned(to, name, before, shared) as Json, value as Json, shared, isForMany);
        continue;
      }
      if (Array.isArray(before) && Array.isArray(value) && before.length === value.length) {
        mergeLists(owned(to, name, before, shared) as unknown[], value, shared, isForMany);
        continue;
      }
    }
    if (isForMany) shared.add(value);
    write(to, name, value);
  }
};

/** The objects at a path, each once, in the order of the tree. */
export const objectsAt = (root: Json, path: PathPattern, shared: Shared): readonly Json[] => {
  let current: unknown[] = [root];
  for (const step of path) {
    const next: unknown[] = [];
    if (step === '@') {
      for (const list of current) {
        if (!Array.isArray(list)) continue;
        for (const value of list) if (typeof value === 'object' && value !== null) next.push(value);
      }
    } else {
      for (const holder of current) {
        if (Array.isArray(holder)) continue;
        const value = read(holder as Json, step);
        if (typeof value === 'object' && value !== null) next.push(value);
      }
    }
    current = shared.size > 0 && next.length > 1 ? [...new Set(next)] : next;
  }
  return current.filter(isObject);
};

/** Every place of the objects wanted, by object. Walks the whole path: for errors only. */
export const placesOf = (root: Json, path: PathPattern, wanted: ReadonlySet<object>): Map<object, Place[]> => {
  const places = new Map<object, Place[]>();
  const walk = (value: unknown, depth: number, place: (string | number)[]): void => {
    if (typeof value !== 'object' || value === null) return;
    const step = path[depth];
    if (step === undefined) {
      if (!wanted.has(value)) return;
      const known = places.get(value);
      if (known) known.push([...place]);
      else places.set(value, [[...place]]);
      return;
    }
    const descend = (key: string | number, inner: unknown): void => {
      place.push(key);
      walk(inner, depth + 1, place);
      place.pop();
    };
    if (step === '@') {
      if (Array.isArray(value)) for (const [index, inner] of value.entries()) descend(index, inner);
    } else if (isObject(value)) descend(step, read(value, step));
  };
  walk(root, 0, []);
  return places;
};

/** Up to the first list: one error for a page of products, not one per product. */
export const upToList = (path: PathPattern): Place => {
  const at = path.indexOf('@');
  return at < 0 ? path : path.slice(0, at);
};
