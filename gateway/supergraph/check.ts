/** All that must hold before a schema change is merged, in one report. */
import { toApiSchema } from './api-schema.ts';
import { type SchemaChange, schemaChanges } from './changes.ts';
import type { Composition, Hint } from './compose.ts';
import type { Problem } from './explain.ts';
import { type LintFinding, lintSubgraphs } from './lint.ts';
import { invalidOperations, type SavedOperation } from './operations.ts';

export type CheckInput = {
  readonly composition: Composition;
  /** The committed supergraph; null when there is none yet. */
  readonly committed: string | null;
  /** The supergraph to compare with; null when there is nothing to compare with. */
  readonly base: { readonly name: string; readonly sdl: string } | null;
  readonly operations: readonly SavedOperation[];
};

export type CheckReport = {
  readonly passed: boolean;
  readonly problems: readonly Problem[];
  readonly changes: readonly SchemaChange[];
  readonly findings: readonly LintFinding[];
  readonly hints: readonly Hint[];
};

const staleProblem: Problem = {
  code: 'SUPERGRAPH_STALE',
  message: 'schema/supergraph.graphql is not what the subgraphs compose to now.',
  places: [],
  remedy: 'Run "npx throughline compose --write" and commit the file.',
};

export const isFresh = (composition: Composition, committed: string | null): boolean =>
  composition.kind === 'composed' && committed === composition.supergraphSdl;

export const checkSupergraph = async ({
  composition,
  committed,
  base,
  operations,
}: CheckInput): Promise<CheckReport> => {
  if (composition.kind === 'failed') {
    return { passed: false, problems: composition.problems, changes: [], findings: [], hints: [] };
  }
  const { supergraphSdl, subgraphs, hints } = composition;
  const api = toApiSchema(supergraphSdl);
  const problems = [...(isFresh(composition, committed) ? [] : [staleProblem]), ...invalidOperations(api, operations)];
  const changes = base ? await schemaChanges(toApiSchema(base.sdl), api, operations) : [];
  const findings = lintSubgraphs(subgraphs, supergraphSdl);
  const passed =
    problems.length === 0 &&
    changes.every(({ severity }) => severity !== 'breaking') &&
    findings.every(({ severity }) => severity !== 'error');
  return { passed, problems, changes, findings, hints };
};
