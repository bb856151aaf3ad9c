import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { type Behaviour, createWorld, EARLY, LATE, POISONED, type Step } from './world.ts';

const scope = fc.constantFrom('x', 'y');
const callClass = fc.constantFrom('CHECKOUT', 'DETAIL', 'BROWSE', 'BACKGROUND');
const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

const stepOf = (names: readonly string[]): fc.Arbitrary<Step> => {
  const name = fc.constantFrom(...names);
  const read = fc.record(
    {
      do: fc.constant('read' as const),
      name,
      scope,
      callClass,
      maxAgeMs: fc.constantFrom(0, 100, 900, 4_000, 60_000),
      waitMs: fc.constantFrom(0, 20, 800, 3_000),
      deadlineInMs: ms(3_000),
      abortInMs: ms(3_000),
    },
    { requiredKeys: ['do', 'name', 'scope', 'callClass'] },
  );
  return fc.oneof(
    { weight: 10, arbitrary: read },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.oneof(ms(20), ms(400), ms(3_000)) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('change' as const), name, absent: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('miss' as const), name }) },
  );
};

const latencyMs = fc.oneof(ms(20), ms(300), fc.constant(2_500));
const answering: fc.Arbitrary<Behaviour> = fc.record({ latencyMs, outcome: fc.constant('answers' as const) });
const anyBehaviour: fc.Arbitrary<Behaviour> = fc.record({
  latencyMs,
  outcome: fc.constantFrom(
    'answers',
    'answers',
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_RATE_LIMITED',
    'LOAD_SHED',
    'CIRCUIT_OPEN',
  ),
});

const random = fc.constantFrom(0, 0.3, 0.999);

const holds = (numRuns: number, steps: fc.Arbitrary<Step[]>, behaviours: fc.Arbitrary<Behaviour[]>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(steps, behaviours, random, (taken, script, chance) =>
      createWorld({ behaviours: script, random: chance }).live(taken),
    ),
    { numRuns },
  );

describe('whatever is asked, changes and fails', () => {
  const healthy = [...EARLY, ...LATE];

  test(
    'no answer breaks its label, its bound or its scope, and every caller is answered in its time',
    () =>
      holds(
        10_000,
        fc.array(stepOf(healthy), { minLength: 3, maxLength: 25 }),
        fc.array(anyBehaviour, { minLength: 1, maxLength: 8 }),
      ),
    240_000,
  );

  test(
    'a poisoned key fails alone, and is left alone for a while',
    () =>
      holds(
        3_000,
        fc.array(stepOf([...healthy, ...POISONED]), { minLength: 3, maxLength: 25 }),
        fc.array(answering, { minLength: 1, maxLength: 6 }),
      ),
    240_000,
  );
});
