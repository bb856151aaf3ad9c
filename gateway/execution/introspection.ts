/** Questions about the schema itself, answered by graphql-js: once per operation where no variable plays a part. */
import {
  executeSync,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { IntrospectionTexts } from './explain.ts';
import type { Field } from './selection.ts';
import type { Variables } from './variables.ts';

export type Introspection = (variables: Variables) => IntrospectionTexts;

const NONE: IntrospectionTexts = {};

export const createIntrospection = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  rootFields: readonly Field[],
): Introspection => {
  const nodes = rootFields.flatMap((field) => (field.kind === 'introspection' ? field.nodes : []));
  if (nodes.length === 0) return () => NONE;
  let usesVariables = false;
  for (const node of [...nodes, ...Object.values(fragments)])
    visit(node, {
      Variable: () => {
        usesVariables = true;
      },
    });
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...operation,
        // Those that only data fields use would be asked for in vain.
        variableDefinitions: usesVariables ? (operation.variableDefinitions ?? []) : [],
        selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
      },
      ...Object.values(fragments),
    ],
  } as const;
  const answer = (variables: Variables): IntrospectionTexts => {
    const { data, errors } = executeSync({ schema, document, variableValues: variables, rootValue: {} });
    if (!data || errors) throw new Error('The schema could not be asked about itself.', { cause: errors?.[0] });
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, JSON.stringify(value)]));
  };
  let known: IntrospectionTexts | null = null;
  return (variables) => {
    if (usesVariables) return answer(variables);
    known ??= answer({});
    return known;
  };
};
