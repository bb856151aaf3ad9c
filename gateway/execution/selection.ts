/**
 * What a client selected of a type, fields of the same response name joined and in the order the client wrote them.
 * Depends on nothing but the operation and the values of its conditions (@skip, @include), so it is worked out once.
 */
import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

export type Field =
  | { readonly kind: 'typename'; readonly responseName: string }
  /** `__schema` or `__type`, as graphql-js is given them to answer. */
  | { readonly kind: 'introspection'; readonly responseName: string; readonly nodes: readonly FieldNode[] }
  | {
      readonly kind: 'field';
      readonly responseName: string;
      readonly type: GraphQLOutputType;
      /** All that was selected below it. */
      readonly selectionSets: readonly SelectionSetNode[];
    };

export type Conditions = Readonly<Record<string, boolean>>;

export type Selections = {
  /** The fields wanted of an object whose type is known to be `type`. */
  fieldsOf(type: GraphQLCompositeType, selectionSets: readonly SelectionSetNode[]): readonly Field[];
};

const conditionOf = (directive: DirectiveNode): { readonly variable: string } | boolean => {
  const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
  if (value?.kind === Kind.VARIABLE) return { variable: value.name.value };
  return value?.kind === Kind.BOOLEAN ? value.value : true;
};

const isConditional = ({ name }: DirectiveNode): boolean => name.value === 'skip' || name.value === 'include';

/** Whether objects of `type` are also of the type that a fragment is on. */
export const appliesTo = (schema: GraphQLSchema, typeCondition: string, type: GraphQLCompositeType): boolean => {
  if (typeCondition === type.name) return true;
  const wanted = schema.getType(typeCondition);
  return isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type);
};

/** Variables that conditions depend on, in a fixed order. */
export const conditionVariablesOf = (
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): readonly string[] => {
  const found = new Set<string>();
  for (const node of [operation, ...Object.values(fragments)]) {
    visit(node, {
      Directive: (directive) => {
        if (!isConditional(directive)) return;
        const condition = conditionOf(directive);
        if (typeof condition !== 'boolean') found.add(condition.variable);
      },
    });
  }
  return [...found].sort();
};

/** Fields while they are gathered: a response name that comes again adds to what is below it. */
type Gathered = Map<string, { readonly field: Field; readonly below: SelectionSetNode[]; readonly nodes: FieldNode[] }>;

type Fragment = {
  readonly typeCondition?: { readonly name: { readonly value: string } } | undefined;
  readonly selectionSet: SelectionSetNode;
};

export const createSelections = (
  schema: GraphQLSchema,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  conditions: Conditions,
): Selections => {
  const numbers = new WeakMap<SelectionSetNode, number>();
  let nextNumber = 0;
  const numberOf = (node: SelectionSetNode): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    numbers.set(node, nextNumber);
    nextNumber += 1;
    return nextNumber - 1;
  };
  const known = new Map<string, readonly Field[]>();

  const isLeftOut = (directives: readonly DirectiveNode[] | undefined): boolean =>
    directives?.some((directive) => {
      if (!isConditional(directive)) return false;
      const condition = conditionOf(directive);
      const value = typeof condition === 'boolean' ? condition : conditions[condition.variable];
      return directive.name.value === 'skip' ? value === true : value !== true;
    }) ?? false;

  const gather = (type: GraphQLCompositeType, node: FieldNode, into: Gathered): void => {
    const name = node.name.value;
    const responseName = (node.alias ?? node.name).value;
    const before = into.get(responseName);
    if (before) {
      before.nodes.push(node);
      if (node.selectionSet) before.below.push(node.selectionSet);
      return;
    }
    const below = node.selectionSet ? [node.selectionSet] : [];
    const nodes = [node];
    if (name === '__typename') into.set(responseName, { field: { kind: 'typename', responseName }, below, nodes });
    else if (name === '__schema' || name === '__type')
      into.set(responseName, { field: { kind: 'introspection', responseName, nodes }, below, nodes });
    else {
      const definition = 'getFields' in type ? type.getFields()[name] : undefined;
      if (!definition) return;
      into.set(responseName, {
        field: { kind: 'field', responseName, type: definition.type, selectionSets: below },
        below,
        nodes,
      });
    }
  };

  const collect = (
    type: GraphQLCompositeType,
    selections: readonly SelectionNode[],
    into: Gathered,
    visited: Set<string>,
  ): void => {
    for (const selection of selections) {
      if (isLeftOut(selection.directives)) continue;
      if (selection.kind === Kind.FIELD) {
        gather(type, selection, into);
        continue;
      }
      let fragment: Fragment | undefined;
      if (selection.kind === Kind.INLINE_FRAGMENT) fragment = selection;
      else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value);
        fragment = fragments[selection.name.value];
      }
      if (!fragment) continue;
      const condition = fragment.typeCondition?.name.value;
      if (condition !== undefined && !appliesTo(schema, condition, type)) continue;
      collect(type, fragment.selectionSet.selections, into, visited);
    }
  };

  return {
    fieldsOf: (type, selectionSets) => {
      const key = `${type.name} ${selectionSets.map(numberOf).join(' ')}`;
      const before = known.get(key);
      if (before) return before;
      const gathered: Gathered = new Map();
      const visited = new Set<string>();
      for (const { selections } of selectionSets) collect(type, selections, gathered, visited);
      const fields = [...gathered.values()].map(({ field }) => field);
      known.set(key, fields);
      return fields;
    },
  };
};
