/** Whether the caller's variables fit its operation, said in most cases without building anything. */
import {
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  GraphQLError as RequestError,
  typeFromAST,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

export type VariableCheck = {
  /** What is wrong with them; null when nothing is. */
  errorsOf(variables: Variables): readonly GraphQLError[] | null;
  /** The values of variables that conditions depend on; only for variables that fit. */
  conditionsOf(variables: Variables): Readonly<Record<string, boolean>>;
};

const MOST_ERRORS = 20;

type Fits = (value: unknown) => boolean;

/** Says yes only where graphql-js would; where it says no, graphql-js decides, and finds the words. */
const fitsType = (type: GraphQLInputType): Fits => {
  if (isNonNullType(type)) {
    const inner = fitsType(type.ofType);
    return (value) => value !== null && value !== undefined && inner(value);
  }
  if (isListType(type)) {
    const inner = fitsType(type.ofType);
    return (value) =>
      value === null || value === undefined || (Array.isArray(value) ? value.every(inner) : inner(value));
  }
  if (isEnumType(type)) {
    const values = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => value === null || values.has(value);
  }
  if (isInputObjectType(type)) {
    // Made at first use: input types may contain themselves.
    let fields: Map<string, { readonly fits: Fits; readonly isNeeded: boolean }> | null = null;
    const made = () => {
      fields = new Map(
        Object.values(type.getFields()).map((field) => [
          field.name,
          { fits: fitsType(field.type), isNeeded: isNonNullType(field.type) && field.defaultValue === undefined },
        ]),
      );
      return fields;
    };
    return (value) => {
      if (value === null) return true;
      if (typeof value !== 'object' || value === undefined || Array.isArray(value) || type.isOneOf) return false;
      const known = fields ?? made();
      for (const [name, { fits, isNeeded }] of known) {
        const inner = Object.hasOwn(value as object, name) ? (value as Record<string, unknown>)[name] : undefined;
        if (inner === undefined ? isNeeded : !fits(inner)) return false;
      }
      return Object.keys(value as object).every((name) => known.has(name));
    };
  }
  if (!isScalarType(type) || !isSpecifiedScalarType(type)) return (value) => value !== undefined;
  switch (type.name) {
    case 'Int':
      return (value) => value === null || (typeof value === 'number' && (value | 0) === value);
    case 'Float':
      return (value) => value === null || (typeof value === 'number' && Number.isFinite(value));
    case 'Boolean':
      return (value) => value === null || typeof value === 'boolean';
    default:
      return (value) => value === null || typeof value === 'string';
  }
};

const withCode = (error: GraphQLError): GraphQLError =>
  new RequestError(error.message, {
    nodes: error.nodes,
    originalError: error.originalError,
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT' },
  });

export const createVariableCheck = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  conditionVariables: readonly string[],
): VariableCheck => {
  const definitions = operation.variableDefinitions ?? [];
  const plain = definitions.map(({ defaultValue, type, variable }) => {
    const known = typeFromAST(schema, type) as GraphQLInputType | undefined;
    const isOptional = defaultValue !== undefined || type.kind !== Kind.NON_NULL_TYPE;
    const isCondition = conditionVariables.includes(variable.name.value);
    return { name: variable.name.value, isOptional, isCondition, fits: known ? fitsType(known) : () => false };
  });
  const defaults = new Map(
    definitions.flatMap(({ defaultValue, variable }) =>
      defaultValue?.kind === Kind.BOOLEAN ? [[variable.name.value, defaultValue.value] as const] : [],
    ),
  );
  const own = (variables: Variables, name: string): unknown =>
    Object.hasOwn(variables, name) ? variables[name] : undefined;

  return {
    errorsOf: (variables) => {
      let isPlain = true;
      for (const { fits, isCondition, isOptional, name } of plain) {
        const value = own(variables, name);
        if (value === undefined ? isOptional : fits(value) && !(isCondition && value === null)) continue;
        isPlain = false;
        break;
      }
      if (isPlain) return null;
      const { errors } = getVariableValues(schema, definitions, variables as Record<string, unknown>, {
        maxErrors: MOST_ERRORS,
      });
      if (errors) return errors.map(withCode);
      const unset = plain.find(({ isCondition, name }) => isCondition && own(variables, name) === null);
      if (!unset) return null;
      // A nullable variable with a default may stand in @skip and @include, and be given as null all the same.
      return [
        new RequestError(`Variable "$${unset.name}" decides over @skip or @include: give it true or false, not null.`, {
          nodes: definitions.filter(({ variable }) => variable.name.value === unset.name),
          extensions: { code: 'BAD_USER_INPUT' },
        }),
      ];
    },
    conditionsOf: (variables) => {
      const values: Record<string, boolean> = {};
      for (const name of conditionVariables) values[name] = (own(variables, name) ?? defaults.get(name)) === true;
      return values;
    },
  };
};
