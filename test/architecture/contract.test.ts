/** The contract as a whole: every subgraph is where it is said to be, every field has an access rule, nothing promised is missing. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type DirectiveNode, Kind, type ObjectTypeDefinitionNode, parse, print } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { SUBGRAPHS } from '#subgraphs/registry.ts';
import { ROOT, textOf } from './sources.ts';

const scopeOf = (directives: readonly DirectiveNode[] | undefined): string | null => {
  const rule = directives?.find(({ name }) => name.value === 'access');
  const scope = rule?.arguments?.find(({ name }) => name.value === 'scope')?.value;
  return scope?.kind === Kind.STRING ? scope.value : null;
};

const objectTypes = (sdl: string): readonly ObjectTypeDefinitionNode[] =>
  parse(sdl).definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION);

describe('the contract', () => {
  test('supergraph.yaml, the registry and schema/ name the same subgraphs', () => {
    const { subgraphs } = parseYaml(textOf('supergraph.yaml')) as {
      readonly subgraphs: Readonly<Record<string, { readonly schema: { readonly file: string } }>>;
    };
    const expected = [...SUBGRAPHS].sort();
    expect(Object.keys(subgraphs).sort()).toEqual(expected);
    expect(
      Object.entries(subgraphs)
        .map(([name, { schema }]) => [name, schema.file])
        .sort(),
    ).toEqual(expected.map((name) => [name, `schema/${name}.graphql`]));
    const files = readdirSync(`${ROOT}/schema`).filter(
      (name) => name.endsWith('.graphql') && name !== 'supergraph.graphql',
    );
    expect(files.sort()).toEqual(expected.map((name) => `${name}.graphql`));
  });

  test("every field of the supergraph has an access rule, its own or its type's", () => {
    const types = objectTypes(textOf('schema/supergraph.graphql'));
    expect(types.length).toBeGreaterThan(80);
    const withoutRule = types.flatMap((type) =>
      (type.fields ?? [])
        .filter((field) => scopeOf(field.directives) === null && scopeOf(type.directives) === null)
        .map((field) => `${type.name.value}.${field.name.value}`),
    );
    expect(withoutRule).toEqual([]);
  });

  test('every root field states its rule itself', () => {
    const roots = objectTypes(textOf('schema/supergraph.graphql')).filter(({ name }) =>
      ['Query', 'Mutation', 'Subscription'].includes(name.value),
    );
    expect(roots.map(({ name }) => name.value).sort()).toEqual(['Mutation', 'Query', 'Subscription']);
    const implicit = roots.flatMap((type) =>
      (type.fields ?? [])
        .filter((field) => scopeOf(field.directives) === null)
        .map((field) => `${type.name.value}.${field.name.value}`),
    );
    expect(implicit).toEqual([]);
  });

  test.each(SUBGRAPHS)('everything in schema/%s.graphql is described', (name) => {
    const undescribed: string[] = [];
    for (const node of parse(textOf(`schema/${name}.graphql`)).definitions) {
      if (node.kind === Kind.SCHEMA_EXTENSION) continue;
      const label = 'name' in node ? (node.name?.value ?? '') : print(node);
      if ('description' in node && !node.description) undescribed.push(label);
      if (!('fields' in node)) continue;
      for (const field of node.fields ?? []) {
        if (!field.description) undescribed.push(`${label}.${field.name.value}`);
        if (!('arguments' in field)) continue;
        for (const argument of field.arguments ?? [])
          if (!argument.description) undescribed.push(`${label}.${field.name.value}(${argument.name.value})`);
      }
    }
    // The roots are described by their fields.
    expect(undescribed.filter((entry) => !['Query', 'Mutation', 'Subscription'].includes(entry))).toEqual([]);
  });
});
