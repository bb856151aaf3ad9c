/** The tags of a subgraph's answer, gathered by what was worked out once per operation. */
import { type FieldNode, type ValueNode, valueFromASTUntyped } from 'graphql';
import type { TagTemplate } from './rules.ts';

type Variables = Readonly<Record<string, unknown>>;

/** Where a template's values are found: response names for its fields, and the arguments of its field. */
type Source = {
  readonly template: TagTemplate;
  readonly responseNames: ReadonlyMap<string, string>;
  readonly argumentValues: ReadonlyMap<string, ValueNode>;
};
/** Alternatives of one kind: the first that is at hand is used. */
export type TagGroup = {
  readonly sources: readonly Source[];
  /** Whether the object may lack the field, because a condition left it out. */
  readonly isConditional: boolean;
};

/** What lies at one place of an answer. */
export type Gather = {
  readonly groups: Map<string, TagGroup>;
  readonly below: Map<string, Gather>;
  /** For objects of one type among several. */
  readonly byType: Map<string, Gather>;
};

export const createGather = (): Gather => ({ groups: new Map(), below: new Map(), byType: new Map() });

export const sourceOf = (
  template: TagTemplate,
  field: FieldNode,
  responseNames: ReadonlyMap<string, string>,
): Source => ({
  template,
  responseNames,
  argumentValues: new Map((field.arguments ?? []).map(({ name, value }) => [name.value, value])),
});

const valuesAt = (value: unknown, path: readonly string[]): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [step, ...rest] = path;
  if (step !== undefined) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return [];
    return valuesAt((value as Record<string, unknown>)[step], rest);
  }
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
};

/** How many things an argument names, so that one that is not named in this way is noticed. */
const countOf = (value: unknown): number =>
  Array.isArray(value) ? value.reduce<number>((sum, element) => sum + countOf(element), 0) : 1;

const valuesOf = (source: Source, index: number, object: Variables, variables: Variables): readonly string[] | null => {
  const placeholder = source.template.placeholders[index];
  if (placeholder?.kind === 'field') {
    const value = object[source.responseNames.get(placeholder.name) ?? ''];
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : null;
  }
  const [name = '', ...path] = placeholder?.path ?? [];
  const node = source.argumentValues.get(name);
  if (!node) return null;
  const given = valueFromASTUntyped(node, variables as Record<string, unknown>);
  const values = valuesAt(given, path);
  return values.length === countOf(given) ? values : null;
};

const tagsOfSource = (source: Source, object: Variables, variables: Variables): readonly string[] | null => {
  const { placeholders, texts } = source.template;
  let tags: readonly string[] = [texts[0] ?? ''];
  for (const index of placeholders.keys()) {
    const values = valuesOf(source, index, object, variables);
    if (!values) return null;
    const after = texts[index + 1] ?? '';
    tags = tags.flatMap((tag) => values.map((value) => `${tag}${value}${after}`));
  }
  return tags;
};

const isLeftOut = ({ sources }: TagGroup, object: Variables): boolean => {
  const names = sources.flatMap(({ responseNames }) => [...responseNames.values()]);
  return names.length > 0 && names.every((name) => object[name] === undefined);
};

/** Adds the tags of `value` to `tags`; false when one cannot be told, and then the answer cannot be kept. */
export const gatherTags = (gather: Gather, value: unknown, variables: Variables, tags: Set<string>): boolean => {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.every((element) => gatherTags(gather, element, variables, tags));
  if (typeof value !== 'object') return true;
  const object = value as Variables;
  for (const group of gather.groups.values()) {
    let told: readonly string[] | null = null;
    for (const source of group.sources) {
      told = tagsOfSource(source, object, variables);
      if (told) break;
    }
    if (told) for (const tag of told) tags.add(tag);
    else if (!group.isConditional || !isLeftOut(group, object)) return false;
  }
  for (const [name, inner] of gather.below) if (!gatherTags(inner, object[name], variables, tags)) return false;
  if (gather.byType.size === 0) return true;
  const type = object.__typename;
  if (typeof type !== 'string') return false;
  const inner = gather.byType.get(type);
  return inner === undefined || gatherTags(inner, object, variables, tags);
};
