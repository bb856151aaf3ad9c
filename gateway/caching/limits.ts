/** How arguments shorten the life of an answer: values and input fields that the schema marks, wherever they are given. */
import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
} from 'graphql';
import type { KeepingRules } from './rules.ts';

type Variables = Readonly<Record<string, unknown>>;
/** In milliseconds. */
const NO_LIMIT = Number.POSITIVE_INFINITY;

export const createLimits = (rules: KeepingRules) => {
  /** Whether something in values of this type is marked; input types may contain themselves. */
  const isMarked = (type: GraphQLInputType, seen: ReadonlySet<GraphQLInputType> = new Set()): boolean => {
    if (isNonNullType(type) || isListType(type)) return isMarked(type.ofType, seen);
    if (seen.has(type)) return false;
    if (isEnumType(type)) return type.getValues().some(({ name }) => rules.limitOfEnumValue(type, name) !== NO_LIMIT);
    if (!isInputObjectType(type)) return false;
    return Object.values(type.getFields()).some(
      (field) =>
        rules.limitOfInputField(type, field.name) !== NO_LIMIT || isMarked(field.type, new Set([...seen, type])),
    );
  };

  /** Of a value as JSON gave it. */
  const ofValue = (value: unknown, type: GraphQLInputType): number => {
    if (value === null || value === undefined) return NO_LIMIT;
    if (isNonNullType(type)) return ofValue(value, type.ofType);
    if (isListType(type)) {
      const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
      return elements.reduce<number>((least, element) => Math.min(least, ofValue(element, type.ofType)), NO_LIMIT);
    }
    if (isEnumType(type)) return rules.limitOfEnumValue(type, String(value));
    if (!isInputObjectType(type) || typeof value !== 'object') return NO_LIMIT;
    let least = NO_LIMIT;
    for (const field of Object.values(type.getFields())) {
      const given = Object.hasOwn(value, field.name) ? (value as Variables)[field.name] : undefined;
      if (given === undefined || given === null) continue;
      least = Math.min(least, rules.limitOfInputField(type, field.name), ofValue(given, field.type));
    }
    return least;
  };

  /** A variable inside counts as given; what it holds is looked at by `ofVariables`. */
  const ofLiteral = (value: ValueNode, type: GraphQLInputType): number => {
    if (isNonNullType(type)) return ofLiteral(value, type.ofType);
    if (value.kind === Kind.VARIABLE || value.kind === Kind.NULL) return NO_LIMIT;
    if (isListType(type)) {
      const elements = value.kind === Kind.LIST ? value.values : [value];
      return elements.reduce((least, element) => Math.min(least, ofLiteral(element, type.ofType)), NO_LIMIT);
    }
    if (isEnumType(type)) return value.kind === Kind.ENUM ? rules.limitOfEnumValue(type, value.value) : NO_LIMIT;
    if (!isInputObjectType(type) || value.kind !== Kind.OBJECT) return NO_LIMIT;
    return value.fields.reduce((least, { name, value: given }) => {
      const field = type.getFields()[name.value];
      if (!field || given.kind === Kind.NULL) return least;
      return Math.min(least, rules.limitOfInputField(type, name.value), ofLiteral(given, field.type));
    }, NO_LIMIT);
  };

  /** Null when no variable of the operation can shorten anything. */
  const ofVariables = (
    supergraph: GraphQLSchema,
    operation: OperationDefinitionNode,
  ): ((variables: Variables) => number) | null => {
    const limited = (operation.variableDefinitions ?? []).flatMap(({ type, variable }) => {
      const inputType = typeFromAST(supergraph, type) as GraphQLInputType | undefined;
      return inputType && isMarked(inputType) ? [{ name: variable.name.value, type: inputType }] : [];
    });
    if (limited.length === 0) return null;
    return (variables) =>
      limited.reduce(
        (least, { name, type }) =>
          Math.min(least, Object.hasOwn(variables, name) ? ofValue(variables[name], type) : NO_LIMIT),
        NO_LIMIT,
      );
  };

  return { ofLiteral, ofVariables };
};

export type Limits = ReturnType<typeof createLimits>;
