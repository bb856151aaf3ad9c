/** Whether a new supergraph may take the place of the present one, and if not, why. */
import { GraphQLError, Kind, parse, visit } from 'graphql';
import { createPlanner, type Planner, type PlannerOptions } from '../planning/planner.ts';
import { toApiSchema } from '../supergraph/api-schema.ts';
import type { ParsedSubgraph, SubgraphSource } from '../supergraph/compose.ts';
import { explainError, type Problem } from '../supergraph/explain.ts';
import { invalidOperations, type SavedOperation } from '../supergraph/operations.ts';

/** Either composed elsewhere, or its subgraphs, to be composed here. */
export type CandidateSource =
  | { readonly kind: 'supergraph'; readonly sdl: string }
  | { readonly kind: 'subgraphs'; readonly subgraphs: readonly SubgraphSource[] };

export type Candidate = {
  readonly source: CandidateSource;
  /** The supergraph in service; null when there is none yet, and then nothing can be broken. */
  readonly present: string | null;
  readonly operations: readonly SavedOperation[];
  /** Whether it is taken though saved operations break. */
  readonly mayBreak: boolean;
  /** Subgraphs whose place is told otherwise than by the supergraph. */
  readonly placed: readonly string[];
};

export type Judgement =
  | {
      readonly kind: 'accepted';
      readonly supergraphSdl: string;
      readonly planner: Planner;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

const problem = (code: string, message: string, remedy: string): Problem => ({ code, message, places: [], remedy });

/** Features that a gateway must act on, and this one does not. Left alone they would promise what nobody keeps. */
const UNENFORCED: ReadonlySet<string> = new Set([
  'authenticated',
  'requiresScopes',
  'policy',
  'cacheTag',
  'context',
  'connect',
]);

const LINK = /^https:\/\/specs\.apollo\.dev\/([A-Za-z]+)\/v\d+\.\d+$/;

const linkedFeatures = (supergraphSdl: string): ReadonlySet<string> => {
  const features = new Set<string>();
  visit(parse(supergraphSdl, { noLocation: true }), {
    Directive: (node) => {
      if (node.name.value !== 'link') return;
      const url = node.arguments?.find(({ name }) => name.value === 'url')?.value;
      const feature = url?.kind === Kind.STRING ? LINK.exec(url.value)?.[1] : undefined;
      if (feature !== undefined) features.add(feature);
    },
  });
  return features;
};

const unenforced = (supergraphSdl: string): readonly Problem[] =>
  [...linkedFeatures(supergraphSdl)]
    .filter((feature) => UNENFORCED.has(feature))
    .map((feature) =>
      problem(
        'DIRECTIVE_NOT_ENFORCED',
        `The supergraph uses @${feature}, which this gateway does not act on.`,
        'Take the directive out. Access is ruled by @access in each subgraph, which enforces it itself.',
      ),
    );

const REQUIRES_ARGUMENTS = /[A-Za-z_]\w*\s*\(/;

/** The one rule of lint that a composed text still shows. */
const requiresWithArguments = (supergraphSdl: string): readonly Problem[] => {
  const problems: Problem[] = [];
  visit(parse(supergraphSdl, { noLocation: true }), {
    FieldDefinition: (node) => {
      for (const { arguments: given, name } of node.directives ?? []) {
        if (name.value !== 'join__field') continue;
        const requires = given?.find((argument) => argument.name.value === 'requires')?.value;
        if (requires?.kind !== Kind.STRING || !REQUIRES_ARGUMENTS.test(requires.value)) continue;
        problems.push(
          problem(
            'REQUIRES_WITH_ARGUMENTS',
            `${node.name.value} requires "${requires.value}".`,
            'Require a field without arguments; add one to the owning subgraph if there is none.',
          ),
        );
      }
    },
  });
  return problems;
};

const isHttpUrl = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

const unplaced = ({ subgraphs }: Planner, placed: readonly string[]): readonly Problem[] =>
  subgraphs
    .filter(({ name, url }) => !placed.includes(name) && !isHttpUrl(url))
    .map(({ name, url }) =>
      problem(
        'SUBGRAPH_WITHOUT_URL',
        url === '' ? `The subgraph "${name}" has no URL.` : `The subgraph "${name}" has no http or https URL.`,
        'Give its routing URL when composing, or where it answers in the configuration of the gateway.',
      ),
    );

/** What holds of the present graph no more. An operation that was broken before is nobody's news. */
const broken = async (
  planner: Planner,
  present: string,
  operations: readonly SavedOperation[],
): Promise<readonly Problem[]> => {
  // Only a swap needs it: a start is quicker without.
  const { schemaChanges } = await import('../supergraph/changes.ts');
  const before = toApiSchema(present);
  const sound = operations.filter((operation) => invalidOperations(before, [operation]).length === 0);
  const invalid = invalidOperations(planner.api, sound);
  const changes = await schemaChanges(before, planner.api, sound);
  return [
    ...invalid,
    ...changes
      .filter(({ breaks, severity }) => severity === 'breaking' && breaks.length > 0)
      .map(({ breaks, message }) =>
        problem(
          'OPERATION_BROKEN',
          `${message} (${breaks.join(', ')})`,
          'Keep what saved operations use, or change the clients and the saved operations first.',
        ),
      ),
  ];
};

const problemsOf = (error: unknown): readonly Problem[] => {
  const causes = (error as { readonly causes?: readonly unknown[] } | null)?.causes ?? [error];
  return causes.map((cause) =>
    cause instanceof GraphQLError && typeof cause.extensions.code === 'string'
      ? explainError(cause)
      : problem(
          'SUPERGRAPH_INVALID',
          cause instanceof Error ? cause.message : String(cause),
          'Compose the supergraph again, and give the whole text of it.',
        ),
  );
};

type Composed =
  | { readonly sdl: string; readonly subgraphs: readonly ParsedSubgraph[] }
  | { readonly problems: readonly Problem[] };

const composed = async (source: CandidateSource): Promise<Composed> => {
  if (source.kind === 'supergraph') return { sdl: source.sdl, subgraphs: [] };
  const { composeSubgraphs } = await import('../supergraph/compose.ts');
  const composition = composeSubgraphs(source.subgraphs);
  return composition.kind === 'failed'
    ? { problems: composition.problems }
    : { sdl: composition.supergraphSdl, subgraphs: composition.subgraphs };
};

export const judge = async (candidate: Candidate, options: PlannerOptions): Promise<Judgement> => {
  const result = await composed(candidate.source);
  if ('problems' in result) return { kind: 'refused', problems: result.problems };
  const { sdl, subgraphs } = result;
  let planner: Planner;
  try {
    const problems = [...unenforced(sdl), ...requiresWithArguments(sdl)];
    if (problems.length > 0) return { kind: 'refused', problems };
    planner = createPlanner(sdl, options, true);
  } catch (error) {
    return { kind: 'refused', problems: problemsOf(error) };
  }
  const findings = subgraphs.length === 0 ? [] : (await import('../supergraph/lint.ts')).lintSubgraphs(subgraphs, sdl);
  const problems = [
    ...unplaced(planner, candidate.placed),
    ...findings
      .filter(({ severity }) => severity === 'error')
      .map(({ code, message, where }) => problem(code, `${where}: ${message}`, 'See "npx throughline lint".')),
  ];
  const breaks = candidate.present === null ? [] : await broken(planner, candidate.present, candidate.operations);
  if (!candidate.mayBreak) problems.push(...breaks);
  if (problems.length > 0) return { kind: 'refused', problems };
  return { kind: 'accepted', supergraphSdl: sdl, planner, warnings: breaks.map(({ message }) => message) };
};
