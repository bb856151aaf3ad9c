/** Who may import whom. The table is the architecture; ARCHITECTURE.md explains it. */
import { describe, expect, test } from '@jest/globals';
import { allSources, importsOf, packageOf, targetOf } from './sources.ts';

type Rule = {
  readonly zone: string;
  readonly files: RegExp;
  /** Targets inside the project, as patterns; `$1` ... stand for the groups of `files`. */
  readonly mayImport: readonly string[];
  readonly packages: readonly string[] | 'any';
};

/** The first rule whose pattern matches a file is its rule. */
const RULES: readonly Rule[] = [
  { zone: 'model', files: /^model\//, mayImport: ['model/'], packages: [] },
  {
    zone: 'runtime',
    files: /^runtime\//,
    mayImport: ['runtime/', 'model/'],
    packages: [
      'node:',
      '@apollo/server',
      '@electric-sql/pglite',
      'dataloader',
      'graphql',
      'graphql-ws',
      'jose',
      'lru-cache',
      'pg',
      'pino',
      'prom-client',
      'undici',
      'ws',
      'yaml',
      'zod',
    ],
  },
  {
    zone: 'schema',
    files: /^schema\//,
    mayImport: ['schema/', String.raw`subgraphs/registry\.ts`],
    packages: [
      'node:',
      'graphql',
      '@graphql-codegen/core',
      '@graphql-codegen/typescript',
      '@graphql-codegen/typescript-resolvers',
    ],
  },
  {
    zone: 'simulation',
    files: /^simulation\//,
    mayImport: ['simulation/', 'model/', 'runtime/'],
    packages: ['node:', 'undici', 'zod'],
  },
  {
    zone: "a vendor's simulator",
    files: /^(?:subgraphs\/[^/]+\/adapters|vendors)\/([^/]+)\/simulator\//,
    mayImport: ['simulation/', 'model/', 'runtime/', '(?:subgraphs/[^/]+/adapters|vendors)/$1/simulator/'],
    packages: ['node:'],
  },
  {
    zone: 'what one vendor shares between systems',
    files: /^vendors\/([^/]+)\//,
    mayImport: ['model/', 'runtime/', 'vendors/$1/(?!simulator/)'],
    packages: ['zod', 'node:'],
  },
  {
    zone: 'an adapter registry',
    files: /^subgraphs\/([^/]+)\/adapters\/registry\.ts$/,
    mayImport: [
      String.raw`subgraphs/$1/adapters/[^/]+/adapter\.ts`,
      String.raw`subgraphs/$1/port\.ts`,
      'runtime/adapter',
    ],
    packages: [],
  },
  {
    zone: 'an adapter',
    files: /^subgraphs\/([^/]+)\/adapters\/([^/]+)\//,
    mayImport: [
      String.raw`subgraphs/$1/port\.ts`,
      'subgraphs/$1/adapters/$2/(?!simulator/)',
      'vendors/$2/(?!simulator/)',
      'model/',
      'runtime/',
    ],
    packages: ['zod', 'dataloader', 'node:'],
  },
  { zone: 'the registry of subgraphs', files: /^subgraphs\/registry\.ts$/, mayImport: [], packages: [] },
  {
    zone: 'the process layer',
    files: /^subgraphs\/process\//,
    mayImport: ['subgraphs/process/', 'model/', 'runtime/', 'schema/'],
    packages: ['node:', 'dataloader', 'graphql', '@apollo/subgraph', 'lru-cache', 'prom-client', 'undici', 'zod'],
  },
  {
    zone: 'a system subgraph',
    files: /^subgraphs\/([^/]+)\//,
    mayImport: ['subgraphs/$1/(?!adapters/)', 'model/', 'runtime/', 'schema/'],
    packages: ['node:', 'graphql', '@apollo/subgraph'],
  },
  {
    zone: 'gateway',
    files: /^gateway\//,
    mayImport: ['gateway/', 'runtime/', 'schema/'],
    packages: [
      'node:',
      '@apollo/composition',
      '@apollo/federation-internals',
      '@apollo/gateway',
      '@apollo/query-planner',
      '@apollo/server',
      '@graphql-inspector/core',
      'graphql',
      'graphql-ws',
      'lru-cache',
      'undici',
      'ws',
      'yaml',
      'zod',
    ],
  },
  { zone: 'an example', files: /^examples\//, mayImport: [], packages: ['node:', 'graphql-ws'] },
  { zone: 'bin and test', files: /^(bin|test)\//, mayImport: ['.*'], packages: 'any' },
];

const ruleOf = (file: string): { readonly rule: Rule; readonly allowed: readonly RegExp[] } => {
  const rule = RULES.find(({ files }) => files.test(file));
  if (!rule) throw new Error(`${file} lies outside every zone: give its folder a rule`);
  const groups = rule.files.exec(file) ?? [];
  const allowed = rule.mayImport.map(
    (pattern) => new RegExp(`^${pattern.replaceAll(/\$(\d)/g, (_, index) => groups[Number(index)] ?? '')}`),
  );
  return { rule, allowed };
};

const zoneOf = (file: string): string => file.split('/')[0] ?? '';

describe('imports', () => {
  const sources = allSources();

  test('go only where the architecture allows', () => {
    const forbidden = sources.flatMap((file) => {
      const { rule, allowed } = ruleOf(file);
      return importsOf(file).flatMap((specifier) => {
        const target = targetOf(file, specifier);
        if (target !== null)
          return allowed.some((pattern) => pattern.test(target)) ? [] : [`${file} (${rule.zone}) imports ${target}`];
        const used = packageOf(specifier);
        return rule.packages === 'any' || rule.packages.includes(used)
          ? []
          : [`${file} (${rule.zone}) imports the package ${used}`];
      });
    });
    expect(forbidden).toEqual([]);
  });

  test('cross a zone by its alias and stay inside it by a relative path', () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file).flatMap((specifier) => {
        const target = targetOf(file, specifier);
        if (target === null || !specifier.startsWith('.')) return [];
        return zoneOf(target) === zoneOf(file) ? [] : [`${file} reaches ${target} by a relative path`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('the reader of imports sees every form', () => {
    const seen = importsOf('test/architecture/imports.test.ts');
    expect(seen).toEqual(['@jest/globals', './sources.ts']);
  });
});
