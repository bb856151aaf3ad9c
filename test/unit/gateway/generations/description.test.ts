import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  introspectionFromSchema,
  isAbstractType,
  isCompositeType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describeGraph } from '#gateway/generations/description.ts';
import { apiOf, relationsOf } from '#gateway/generations/schema-of-description.ts';
import { createPlanner } from '#gateway/planning/planner.ts';

const planner = createPlanner(readFileSync('schema/supergraph.graphql', 'utf8'), {
  maxTokens: 1_500,
  introspection: true,
});
const slices = { next: async () => undefined };

describe('the description of a graph', () => {
  test('says all that clients may ask about it', async () => {
    const api = await apiOf(describeGraph(planner, { withTexts: true }), slices);
    expect(printSchema(lexicographicSortSchema(api))).toBe(printSchema(lexicographicSortSchema(planner.api)));
    expect(introspectionFromSchema(lexicographicSortSchema(api))).toEqual(
      introspectionFromSchema(lexicographicSortSchema(planner.api)),
    );
  });

  test('has no descriptions for those who may not ask, and the same types', async () => {
    const api = await apiOf(describeGraph(planner, { withTexts: false }), slices);
    expect(api.getQueryType()?.getFields().availability?.description).toBeUndefined();
    expect(Object.keys(api.getTypeMap()).sort()).toEqual(Object.keys(planner.api.getTypeMap()).sort());
  });

  test('keeps which types belong to which, of all the supergraph', () => {
    const { relations, roots } = describeGraph(planner, { withTexts: false });
    const light = relationsOf(relations, roots);
    const composite = Object.values(planner.supergraph.getTypeMap()).filter(
      (type) => isCompositeType(type) && !type.name.startsWith('__'),
    );
    expect(composite.length).toBeGreaterThan(100);
    for (const type of composite) {
      const known = light.getType(type.name);
      expect(isCompositeType(known)).toBe(true);
      if (!isAbstractType(type) || !isAbstractType(known)) continue;
      const namesOf = (types: readonly { readonly name: string }[]) => types.map(({ name }) => name).sort();
      expect(namesOf(light.getPossibleTypes(known))).toEqual(namesOf(planner.supergraph.getPossibleTypes(type)));
    }
  });
});
