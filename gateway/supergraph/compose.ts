/** Composes the subgraphs' SDL into the supergraph. The same input gives the same text, byte for byte. */
import { createRequire } from 'node:module';
import { composeServices } from '@apollo/composition';
import type { ServiceDefinition } from '@apollo/federation-internals';
import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';
import type { SubgraphConfig, SupergraphConfig } from './config.ts';
import { explainError, type Problem, remedyOf } from './explain.ts';

export type SubgraphSource = {
  readonly name: string;
  readonly routingUrl: string;
  /** For messages. */
  readonly file: string;
  readonly sdl: string;
};

export type ParsedSubgraph = SubgraphSource & { readonly document: DocumentNode };

/** Something that composes but may not be meant. */
export type Hint = { readonly code: string; readonly message: string };

export type Composition =
  | {
      readonly kind: 'composed';
      readonly supergraphSdl: string;
      readonly subgraphs: readonly ParsedSubgraph[];
      readonly hints: readonly Hint[];
    }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

export const SUPERGRAPH_HEADER = '# Composed from supergraph.yaml by "npx throughline compose --write". Do not edit.\n';

const { version: installedVersion } = createRequire(import.meta.url)('@apollo/composition/package.json') as {
  version: string;
};

const failed = (code: string, message: string): Composition => ({
  kind: 'failed',
  problems: [{ code, message, places: [], remedy: remedyOf(code) }],
});

/** Hints about things that subgraphs of one graph rightly do differently. */
const EXPECTED_HINTS: ReadonlySet<string> = new Set(['INCONSISTENT_DESCRIPTION', 'INCONSISTENT_ENTITY']);

export const composeSubgraphs = (sources: readonly SubgraphSource[]): Composition => {
  const parsed: ParsedSubgraph[] = [];
  const problems: Problem[] = [];
  for (const source of sources) {
    try {
      parsed.push({ ...source, document: parse(new Source(source.sdl, source.file)) });
    } catch (error) {
      const { message, nodes, source: text, positions } = error as GraphQLError;
      const [location] = (error as GraphQLError).locations ?? [];
      problems.push({
        ...explainError(
          new GraphQLError(message, { nodes, source: text, positions, extensions: { code: 'INVALID_GRAPHQL' } }),
        ),
        places: location ? [{ subgraph: source.name, file: source.file, ...location }] : [],
      });
    }
  }
  if (problems.length > 0) return { kind: 'failed', problems };
  const services: ServiceDefinition[] = parsed.map(({ name, routingUrl, document }) => ({
    name,
    url: routingUrl,
    typeDefs: document,
  }));
  const result = composeServices(services);
  if (result.errors) return { kind: 'failed', problems: result.errors.map(explainError) };
  return {
    kind: 'composed',
    supergraphSdl: `${SUPERGRAPH_HEADER}${result.supergraphSdl.trim()}\n`,
    subgraphs: parsed,
    hints: result.hints
      .filter(({ definition }) => !EXPECTED_HINTS.has(definition.code))
      .map(({ definition, message }) => ({ code: definition.code, message })),
  };
};

/** `readFile` returns null for a file that does not exist. */
export const composeSupergraph = (config: SupergraphConfig, readFile: (file: string) => string | null): Composition => {
  if (config.federationVersion !== installedVersion) {
    return failed(
      'FEDERATION_VERSION_MISMATCH',
      `supergraph.yaml asks for federation ${config.federationVersion}, and ${installedVersion} is installed.`,
    );
  }
  const sources: SubgraphSource[] = [];
  const missing: SubgraphConfig[] = [];
  for (const subgraph of config.subgraphs) {
    const sdl = readFile(subgraph.file);
    if (sdl === null) missing.push(subgraph);
    else sources.push({ name: subgraph.name, routingUrl: subgraph.routingUrl, file: subgraph.shownFile, sdl });
  }
  if (missing.length > 0) {
    return {
      kind: 'failed',
      problems: missing.map(({ name, shownFile }) => ({
        code: 'SUBGRAPH_FILE_MISSING',
        message: `The subgraph "${name}" has no SDL file ${shownFile}.`,
        places: [],
        remedy: remedyOf('SUBGRAPH_FILE_MISSING'),
      })),
    };
  }
  return composeSubgraphs(sources);
};
