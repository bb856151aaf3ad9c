/** Saved client operations: what a schema change must not break, and how we know what is in use. */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  parse,
  Source,
  TypeInfo,
  typeFromAST,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Problem } from './explain.ts';

export type SavedOperation = { readonly file: string; readonly text: string };

const toProblem = (file: string, error: GraphQLError): Problem => ({
  code: 'OPERATION_INVALID',
  message: `${file}: ${error.message}`,
  places: (error.locations ?? []).map(({ line, column }) => ({ file, line, column })),
  remedy:
    'A client sends this operation: keep what it uses in the schema, or change the client first and then the saved operation.',
});

const parseOperation = ({ file, text }: SavedOperation): DocumentNode => parse(new Source(text, file));

/** Operations that the schema no longer, or does not yet, answer. */
export const invalidOperations = (schema: GraphQLSchema, operations: readonly SavedOperation[]): readonly Problem[] =>
  operations.flatMap((operation) => {
    try {
      return validate(schema, parseOperation(operation)).map((error) => toProblem(operation.file, error));
    } catch (error) {
      if (error instanceof GraphQLError) return [toProblem(operation.file, error)];
      throw error;
    }
  });

export type Usage = {
  /** Saved operations, by file, that use a schema coordinate: Type, Type.field, Type.field.argument. */
  usersOf(coordinate: string): readonly string[];
};

/** All of an input type is in use where one of its values can be sent: we do not see the values. */
const inputTypesBehind = (
  type: GraphQLNamedType,
  seen: Set<GraphQLNamedType> = new Set(),
): ReadonlySet<GraphQLNamedType> => {
  if (seen.has(type)) return seen;
  seen.add(type);
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) inputTypesBehind(getNamedType(field.type), seen);
  }
  return seen;
};

export const usageOf = (schema: GraphQLSchema, operations: readonly SavedOperation[]): Usage => {
  const users = new Map<string, Set<string>>();
  const note = (coordinate: string, file: string): void => {
    users.set(coordinate, (users.get(coordinate) ?? new Set()).add(file));
  };
  const noteInput = (type: GraphQLNamedType, file: string): void => {
    for (const used of inputTypesBehind(type)) {
      note(used.name, file);
      if (isInputObjectType(used)) for (const name of Object.keys(used.getFields())) note(`${used.name}.${name}`, file);
    }
  };
  for (const operation of operations) {
    let document: DocumentNode;
    try {
      document = parseOperation(operation);
    } catch {
      continue; // Reported by invalidOperations; a text that does not parse uses nothing.
    }
    const types = new TypeInfo(schema);
    const { file } = operation;
    visit(
      document,
      visitWithTypeInfo(types, {
        Field: () => {
          const parent = types.getParentType();
          const field = types.getFieldDef();
          if (!parent || !field) return;
          note(parent.name, file);
          note(`${parent.name}.${field.name}`, file);
          const type = getNamedType(field.type);
          note(type.name, file);
          // A field of an interface is a field of all that implement it.
          if (isAbstractType(parent)) {
            for (const possible of schema.getPossibleTypes(parent)) note(`${possible.name}.${field.name}`, file);
          }
        },
        Argument: () => {
          const parent = types.getParentType();
          const field = types.getFieldDef();
          const argument = types.getArgument();
          if (parent && field && argument) note(`${parent.name}.${field.name}.${argument.name}`, file);
          if (argument) noteInput(getNamedType(argument.type), file);
        },
        VariableDefinition: (node) => {
          const type = typeFromAST(schema, node.type);
          if (type) noteInput(getNamedType(type), file);
        },
        FragmentDefinition: (node) => note(node.typeCondition.name.value, file),
        InlineFragment: (node) => {
          if (node.typeCondition) note(node.typeCondition.name.value, file);
        },
      }),
    );
  }
  return { usersOf: (coordinate) => [...(users.get(coordinate) ?? [])].sort() };
};
