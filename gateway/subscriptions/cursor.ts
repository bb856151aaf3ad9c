/**
 * Cursors: how the gateway knows where a stream stands without knowing what flows in it.
 *
 * The convention is in the types alone. A subscription field resumes when it takes an argument of type EventCursor, and
 * an item tells its position in a field `cursor` (or, for a named gap, `to`) of that type. The gateway adds that field
 * to what it asks of the owning subgraph, under a name of its own, whether the client selected it or not.
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const CURSOR_TYPE = 'EventCursor';
const POSITION_FIELDS = ['cursor', 'to'] as const;

/** Name of the argument that resumes the stream, or null when the stream cannot resume. */
export const resumeArgumentOf = (field: GraphQLField<unknown, unknown>): string | null =>
  field.args.find((argument) => getNamedType(argument.type).name === CURSOR_TYPE)?.name ?? null;

const positionFieldOf = (type: GraphQLObjectType): string | null => {
  const fields = type.getFields();
  return (
    POSITION_FIELDS.find((name) => {
      const field = fields[name];
      return field && getNamedType(field.type).name === CURSOR_TYPE && field.args.length === 0;
    }) ?? null
  );
};

const field = (alias: string, name: string): FieldNode => ({
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: alias },
  name: { kind: Kind.NAME, value: name },
});

/** Selections that bring the position of an item, for every type an item can have. */
const positionSelections = (
  schema: GraphQLSchema,
  root: GraphQLField<unknown, unknown>,
  alias: string,
): readonly SelectionNode[] => {
  const type = getNamedType(root.type);
  if (isObjectType(type)) {
    const name = positionFieldOf(type);
    return name === null ? [] : [field(alias, name)];
  }
  if (!isAbstractType(type)) return [];
  return schema.getPossibleTypes(type).flatMap((possible): SelectionNode[] => {
    const name = positionFieldOf(possible);
    if (name === null) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: possible.name } },
        selectionSet: { kind: Kind.SELECTION_SET, selections: [field(alias, name)] },
      },
    ];
  });
};

/** A name that occurs nowhere in the document, so that it clashes with no alias, field or variable of the client. */
export const unusedName = (document: DocumentNode, wanted: string): string => {
  const used = new Set<string>();
  visit(document, { Name: (node) => void used.add(node.value) });
  let name = wanted;
  while (used.has(name)) name = `${name}_`;
  return name;
};

export type Positioned = {
  /** The client's document, asking for the position as well. */
  readonly document: DocumentNode;
  /** Where the position is found in each item; null when the items have none. */
  readonly alias: string | null;
};

export const askForPosition = (schema: GraphQLSchema, document: DocumentNode): Positioned => {
  const subscription = schema.getSubscriptionType();
  const alias = unusedName(document, 'streamPosition');
  let isAdded = false;
  const types = new TypeInfo(schema);
  const edited = visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        leave: (node) => {
          if (types.getParentType() !== subscription || !node.selectionSet) return undefined;
          const definition = types.getFieldDef();
          const added = definition ? positionSelections(schema, definition, alias) : [];
          if (added.length === 0) return undefined;
          isAdded = true;
          return {
            ...node,
            selectionSet: { ...node.selectionSet, selections: [...node.selectionSet.selections, ...added] },
          };
        },
      },
    }),
  );
  return isAdded ? { document: edited, alias } : { document, alias: null };
};
