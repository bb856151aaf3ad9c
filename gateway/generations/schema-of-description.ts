/** Builds what a description tells, in slices: parsing and field definitions are the bulk of it, type by type. */
import {
  type ConstDirectiveNode,
  type DirectiveDefinitionNode,
  type DirectiveLocation,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLUnionType,
  type InputValueDefinitionNode,
  introspectionTypes,
  Kind,
  parse,
  specifiedDirectives,
  specifiedScalarTypes,
  type TypeDefinitionNode,
  type TypeNode,
  valueFromAST,
} from 'graphql';
import type { GraphDescription, RootNames, TypeRelation } from './description.ts';
import type { Slices } from './slices.ts';

type FieldsNode = Extract<TypeDefinitionNode, { readonly kind: 'ObjectTypeDefinition' | 'InterfaceTypeDefinition' }>;

/** A text argument of a directive; null when the directive, or the argument, is not there. */
const argumentOf = (
  directives: readonly ConstDirectiveNode[] | undefined,
  directive: string,
  argument: string,
): string | null => {
  const found = directives?.find(({ name }) => name.value === directive);
  const value = found?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : null;
};

const deprecationOf = (directives: readonly ConstDirectiveNode[] | undefined): string | undefined =>
  directives?.some(({ name }) => name.value === 'deprecated')
    ? (argumentOf(directives, 'deprecated', 'reason') ?? 'No longer supported')
    : undefined;

const createTypes = () => {
  const types = new Map<string, GraphQLNamedType>(
    [...specifiedScalarTypes, ...introspectionTypes].map((type) => [type.name, type]),
  );
  const named = (name: string): GraphQLNamedType => {
    const type = types.get(name);
    if (!type) throw new Error(`The description of the graph lacks the type ${name}.`);
    return type;
  };
  const typeOf = (node: TypeNode): GraphQLOutputType | GraphQLInputType => {
    if (node.kind === Kind.LIST_TYPE) return new GraphQLList(typeOf(node.type)) as GraphQLOutputType;
    if (node.kind === Kind.NON_NULL_TYPE) return new GraphQLNonNull(typeOf(node.type)) as GraphQLOutputType;
    return named(node.name.value) as GraphQLOutputType;
  };
  const inputsOf = (nodes: readonly InputValueDefinitionNode[] | undefined): GraphQLFieldConfigArgumentMap =>
    Object.fromEntries(
      (nodes ?? []).map((node) => {
        const type = typeOf(node.type) as GraphQLInputType;
        return [
          node.name.value,
          {
            type,
            description: node.description?.value,
            defaultValue: valueFromAST(node.defaultValue, type),
            deprecationReason: deprecationOf(node.directives),
          },
        ];
      }),
    );
  const fieldsOf = (node: FieldsNode): Record<string, GraphQLFieldConfig<unknown, unknown>> =>
    Object.fromEntries(
      (node.fields ?? []).map((field) => [
        field.name.value,
        {
          type: typeOf(field.type) as GraphQLOutputType,
          description: field.description?.value,
          args: inputsOf(field.arguments),
          deprecationReason: deprecationOf(field.directives),
        },
      ]),
    );

  const typeFrom = (node: TypeDefinitionNode): GraphQLNamedType => {
    const name = node.name.value;
    const description = node.description?.value;
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const config = {
          name,
          description,
          interfaces: () => (node.interfaces ?? []).map((type) => named(type.name.value) as GraphQLInterfaceType),
          fields: () => fieldsOf(node),
        };
        return node.kind === Kind.OBJECT_TYPE_DEFINITION
          ? new GraphQLObjectType(config)
          : new GraphQLInterfaceType(config);
      }
      case Kind.UNION_TYPE_DEFINITION:
        return new GraphQLUnionType({
          name,
          description,
          types: () => (node.types ?? []).map((type) => named(type.name.value) as GraphQLObjectType),
        });
      case Kind.ENUM_TYPE_DEFINITION:
        return new GraphQLEnumType({
          name,
          description,
          values: Object.fromEntries(
            (node.values ?? []).map((value) => [
              value.name.value,
              { description: value.description?.value, deprecationReason: deprecationOf(value.directives) },
            ]),
          ),
        });
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return new GraphQLInputObjectType({
          name,
          description,
          fields: () => inputsOf(node.fields),
          isOneOf: node.directives?.some((directive) => directive.name.value === 'oneOf') ?? false,
        });
      case Kind.SCALAR_TYPE_DEFINITION:
        return new GraphQLScalarType({
          name,
          description,
          specifiedByURL: argumentOf(node.directives, 'specifiedBy', 'url'),
        });
    }
  };

  const directiveFrom = (node: DirectiveDefinitionNode): GraphQLDirective =>
    new GraphQLDirective({
      name: node.name.value,
      description: node.description?.value,
      isRepeatable: node.repeatable,
      locations: node.locations.map((location) => location.value as DirectiveLocation),
      args: inputsOf(node.arguments),
    });

  return { types, typeFrom, directiveFrom };
};

const rootsIn = (types: ReadonlyMap<string, GraphQLNamedType>, roots: RootNames) => {
  const root = (name: string | null): GraphQLObjectType | null =>
    name === null ? null : (types.get(name) as GraphQLObjectType);
  return { query: root(roots.query), mutation: root(roots.mutation), subscription: root(roots.subscription) };
};

/** What clients see. */
export const apiOf = async ({ definitions, roots }: GraphDescription, slices: Slices): Promise<GraphQLSchema> => {
  const { directiveFrom, typeFrom, types } = createTypes();
  const directiveNodes: DirectiveDefinitionNode[] = [];
  const own: GraphQLNamedType[] = [];
  for (const text of definitions) {
    const [node] = parse(text, { noLocation: true }).definitions;
    if (node?.kind === Kind.DIRECTIVE_DEFINITION) directiveNodes.push(node);
    else if (node) {
      const type = typeFrom(node as TypeDefinitionNode);
      types.set(type.name, type);
      own.push(type);
    }
    await slices.next();
  }
  for (const type of own) {
    // Worked out at first asking, and all at once by the schema otherwise.
    if ('getFields' in type) type.getFields();
    await slices.next();
  }
  const directives = [...specifiedDirectives, ...directiveNodes.map(directiveFrom)];
  await slices.next();
  return new GraphQLSchema({ ...rootsIn(types, roots), types: own, directives, assumeValid: true });
};

/** Only names, kinds and relations: objects have no fields here. */
export const relationsOf = (relations: readonly TypeRelation[], roots: RootNames): GraphQLSchema => {
  const types = new Map<string, GraphQLNamedType>();
  for (const { interfaces, kind, members, name } of relations) {
    const config = {
      name,
      fields: {},
      interfaces: () => interfaces.map((implemented) => types.get(implemented) as GraphQLInterfaceType),
    };
    if (kind === 'object') types.set(name, new GraphQLObjectType(config));
    else if (kind === 'interface') types.set(name, new GraphQLInterfaceType(config));
    else
      types.set(
        name,
        new GraphQLUnionType({ name, types: () => members.map((member) => types.get(member) as GraphQLObjectType) }),
      );
  }
  return new GraphQLSchema({ ...rootsIn(types, roots), types: [...types.values()], assumeValid: true });
};
