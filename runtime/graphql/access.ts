/**
 * Enforces @access in the subgraph that owns a field. Deny by default: a field without a rule of its own and without a
 * rule on its type refuses everybody, and `fieldsWithoutRule` lets a test find it before a caller does.
 */
import {
  type DirectiveNode,
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  Kind,
} from 'graphql';
import { Failure } from '#runtime/failure.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';

const scopeOf = (directives: readonly DirectiveNode[] | undefined): string | undefined => {
  const argument = directives
    ?.find((directive) => directive.name.value === 'access')
    ?.arguments?.find((entry) => entry.name.value === 'scope');
  return argument?.value.kind === Kind.STRING ? argument.value.value : undefined;
};

const typeDirectives = (type: GraphQLObjectType): readonly DirectiveNode[] => [
  ...(type.astNode?.directives ?? []),
  ...type.extensionASTNodes.flatMap((node) => node.directives ?? []),
];

/** The scope a field asks for, or null when nobody gave it a rule. */
export const requiredScope = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string | null =>
  scopeOf(field.astNode?.directives) ?? scopeOf(typeDirectives(type)) ?? null;

/** Federation's own machinery: the gateway asks it, entity fields behind it are checked one by one. */
const isMachinery = (type: GraphQLObjectType, fieldName: string): boolean =>
  type.name.startsWith('_') || fieldName === '_entities' || fieldName === '_service';

export const fieldsWithoutRule = (schema: GraphQLSchema): readonly string[] => {
  const missing: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (!isMachinery(type, field.name) && requiredScope(type, field) === null)
        missing.push(`${type.name}.${field.name}`);
    }
  }
  return missing;
};

const assertAllowed = (scope: string | null, coordinate: string, context: RequestContext): void => {
  if (scope !== null && context.identity.scopes.has(scope)) return;
  throw new Failure(
    'FORBIDDEN',
    scope === null
      ? `${coordinate} has no access rule and is refused to everybody.`
      : `${coordinate} asks for the scope "${scope}", which this caller does not have.`,
  );
};

/** Puts the check in front of every resolver and subscriber of the schema, in place. Call once per schema. */
export const enforceAccess = (schema: GraphQLSchema): GraphQLSchema => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()) as GraphQLField<unknown, RequestContext>[]) {
      if (isMachinery(type, field.name)) continue;
      const scope = requiredScope(type, field as GraphQLField<unknown, unknown>);
      const coordinate = `${type.name}.${field.name}`;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) => {
        assertAllowed(scope, coordinate, context);
        return resolve(source, args, context, info);
      };
      const subscribe = field.subscribe;
      if (subscribe) {
        field.subscribe = (source, args, context, info) => {
          assertAllowed(scope, coordinate, context);
          return subscribe(source, args, context, info);
        };
      }
    }
  }
  return schema;
};
