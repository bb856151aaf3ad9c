/**
 * Our executor against Apollo's, on the same plans: made-up operations over made-up data, with subgraphs that fail, say
 * null, say nonsense, or do not answer. DIFFERENTIAL_CASES=100000 runs that many.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DocumentNode, print } from 'graphql';
import { differenceOf } from './compare.ts';
import { GRAPHS } from './graphs.ts';
import { createHarness, type Harness } from './harness.ts';
import { createOperation } from './operations.ts';
import { shrink } from './shrink.ts';
import { type Faults, hashOf, type World } from './world.ts';

const CASES = Number(process.env.DIFFERENTIAL_CASES ?? 1_500);
/** Planning takes longer than answering: each operation is answered in several worlds. */
const WORLDS_PER_OPERATION = CASES > 10_000 ? 20 : 5;

const NO_FAULTS: Faults = { throwing: 0, nulls: 0, garbage: 0, lostEntities: 0, lostFetches: 0, isSilent: false };
const FAULTS: readonly Faults[] = [
  NO_FAULTS,
  { ...NO_FAULTS, nulls: 60 },
  { ...NO_FAULTS, nulls: 25, garbage: 20, isSilent: true },
  { throwing: 25, nulls: 40, garbage: 0, lostEntities: 30, lostFetches: 0, isSilent: false },
  { throwing: 15, nulls: 25, garbage: 8, lostEntities: 20, lostFetches: 60, isSilent: true },
  { ...NO_FAULTS, lostFetches: 250 },
  { ...NO_FAULTS, lostEntities: 200, isSilent: true },
];

const worldOf = (seed: number): World => ({
  seed,
  faults: FAULTS[hashOf(seed, 'faults') % FAULTS.length] ?? NO_FAULTS,
});

const compared = async (
  harness: Harness,
  document: DocumentNode,
  text: string,
  variables: Readonly<Record<string, unknown>>,
  world: World,
): Promise<string | null> => {
  const [ours, theirs] = [
    await harness.ours(text, variables, world),
    await harness.theirs(text, document, variables, world),
  ];
  return differenceOf(ours, theirs);
};

describe.each(GRAPHS)('$name', (graph) => {
  const harness = createHarness(graph);
  const { api } = harness.generation;

  test(
    'answers as Apollo does',
    async () => {
      const worlds = fc.array(fc.nat(), { minLength: WORLDS_PER_OPERATION, maxLength: WORLDS_PER_OPERATION });
      await fc.assert(
        fc.asyncProperty(fc.nat(), worlds, async (operationSeed, worldSeeds) => {
          const { document, text, variablesOf } = createOperation(api, operationSeed);
          fc.pre(harness.planOf(document) !== null);
          for (const seed of worldSeeds) {
            const variables = variablesOf(seed);
            const world = worldOf(seed);
            const difference = await compared(harness, document, text, variables, world);
            if (difference === null) continue;
            const small = await shrink(api, document, async (candidate) =>
              Boolean(await compared(harness, candidate, print(candidate), variables, world)),
            );
            const again = await compared(harness, small, print(small), variables, world);
            throw new Error(
              `${print(small)}\nvariables ${JSON.stringify(variables)}\nworld ${JSON.stringify(world)}\n${again ?? difference}`,
            );
          }
        }),
        { numRuns: Math.ceil(CASES / GRAPHS.length / WORLDS_PER_OPERATION), endOnFailure: true },
      );
      expect(CASES).toBeGreaterThan(0);
    },
    Math.max(120_000, CASES * 100),
  );
});
