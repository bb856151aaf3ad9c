/**
 * Generates the resolver types of every subgraph from its SDL into schema/generated/. With `check` it
 * compares instead of writing. Run through bin/generate.ts: npm run generate [-- --check]
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import { parse } from 'graphql';
import { SUBGRAPHS } from '#subgraphs/registry.ts';
import { mappers } from './mappers.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const SCALARS = { DateTime: 'string', Date: 'string', Decimal: 'string', EventCursor: 'string', Duration: 'string' };

/** What @apollo/subgraph adds by itself, declared so that an SDL with federation directives is a whole schema. */
const FEDERATION_SDL = `
  directive @link(url: String!, import: [String!], as: String, for: String) repeatable on SCHEMA
  directive @composeDirective(name: String!) repeatable on SCHEMA
  directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
  directive @shareable repeatable on OBJECT | FIELD_DEFINITION
  directive @external on OBJECT | FIELD_DEFINITION
  directive @requires(fields: String!) on FIELD_DEFINITION
  directive @provides(fields: String!) on FIELD_DEFINITION
  directive @tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
  directive @override(from: String!, label: String) on FIELD_DEFINITION
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;

/** The generator splits 'module#Type' at the first '#', so our aliases travel under another sign and are put back after. */
const ALIAS_SIGN = '~~';
const hideAlias = (reference: string): string => reference.replace(/^#/, ALIAS_SIGN);

export const generateResolverTypes = async (subgraph: string, sdl: string): Promise<string> => {
  const text = await codegen({
    filename: `${subgraph}.ts`,
    documents: [],
    schema: parse(`${FEDERATION_SDL}\n${sdl}`),
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript: typescriptPlugin, resolvers: resolversPlugin },
    config: {
      federation: true,
      enumType: 'string-literal',
      enumsAsTypes: true,
      useTypeImports: true,
      immutableTypes: true,
      scalars: SCALARS,
      contextType: hideAlias('#runtime/graphql/context.ts#RequestContext'),
      mappers: Object.fromEntries(
        Object.entries(mappers[subgraph] ?? {}).map(([type, reference]) => [type, hideAlias(reference)]),
      ),
      makeResolverTypeCallable: false,
      resolversNonOptionalTypename: { unionMember: true },
      skipTypename: true,
    },
  });
  return `// Generated from schema/${subgraph}.graphql by schema/generate.ts. Do not edit.\n${text.replaceAll(`'${ALIAS_SIGN}`, "'#")}`;
};

/** Names of generated files that differ from what their SDL gives now; writes them unless `check`. */
export const generateAll = async (options: { readonly check: boolean }): Promise<readonly string[]> => {
  const stale: string[] = [];
  mkdirSync(path.join(here, 'generated'), { recursive: true });
  for (const name of SUBGRAPHS) {
    const source = path.join(here, `${name}.graphql`);
    if (!existsSync(source)) continue;
    const target = path.join(here, 'generated', `${name}.ts`);
    const text = await generateResolverTypes(name, readFileSync(source, 'utf8'));
    if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
    stale.push(`schema/generated/${name}.ts`);
    if (!options.check) writeFileSync(target, text);
  }
  return stale;
};
