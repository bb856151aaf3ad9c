/**
 * What the serving thread needs to know of a graph, small enough to cross between threads and to be taken in piece by
 * piece: the planner's schemas take hundreds of milliseconds to build, in one go.
 */
import {
  type DirectiveDefinitionNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  parse,
  print,
  printSchema,
  type TypeDefinitionNode,
  visit,
} from 'graphql';
import type { Planner } from '../planning/planner.ts';

/** A type as executing a plan sees it: what it is, and what it belongs to. */
export type TypeRelation = {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union';
  readonly interfaces: readonly string[];
  readonly members: readonly string[];
};

export type RootNames = {
  readonly query: string | null;
  readonly mutation: string | null;
  readonly subscription: string | null;
};

export type GraphDescription = {
  /** One text per type and directive that clients see. */
  readonly definitions: readonly string[];
  readonly roots: RootNames;
  /** All composite types, also those that clients do not see. */
  readonly relations: readonly TypeRelation[];
  readonly subgraphs: Planner['subgraphs'];
};

const rootsOf = (schema: GraphQLSchema): RootNames => ({
  query: schema.getQueryType()?.name ?? null,
  mutation: schema.getMutationType()?.name ?? null,
  subscription: schema.getSubscriptionType()?.name ?? null,
});

type Described = TypeDefinitionNode | DirectiveDefinitionNode;

const isDescribed = (node: { readonly kind: Kind }): node is Described =>
  node.kind.endsWith('TypeDefinition') || node.kind === Kind.DIRECTIVE_DEFINITION;

const withoutDescriptions = <T extends Described>(node: T): T =>
  visit(node, {
    enter: (inner) => ('description' in inner && inner.description ? { ...inner, description: undefined } : undefined),
  });

/** Descriptions are for those who may ask about the schema. */
export const describeGraph = (
  { api, subgraphs, supergraph }: Planner,
  options: { readonly withTexts: boolean },
): GraphDescription => ({
  definitions: parse(printSchema(api), { noLocation: true })
    .definitions.filter(isDescribed)
    .map((definition) => print(options.withTexts ? definition : withoutDescriptions(definition))),
  roots: rootsOf(api),
  relations: Object.values(supergraph.getTypeMap()).flatMap((type): readonly TypeRelation[] => {
    if (isSpecifiedScalarType(type) || type.name.startsWith('__')) return [];
    const { name } = type;
    if (isUnionType(type))
      return [{ name, kind: 'union', interfaces: [], members: type.getTypes().map((member) => member.name) }];
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const interfaces = type.getInterfaces().map((implemented) => implemented.name);
    return [{ name, kind: isObjectType(type) ? 'object' : 'interface', interfaces, members: [] }];
  }),
  subgraphs,
});
