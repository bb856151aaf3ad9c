import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LINT_RULES } from '#gateway/supergraph/lint.ts';
import { CATALOG_SDL, ORDERS_SDL } from '#test/support/small-graph.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SUPERGRAPH_YAML = `federation_version: "=2.14.4"
subgraphs:
  orders:
    routing_url: http://127.0.0.1:5001/graphql
    schema:
      file: schema/orders.graphql
  catalog:
    routing_url: http://127.0.0.1:5002/graphql
    schema:
      file: schema/catalog.graphql
`;
const OPERATION = 'query Page($id: ID!) { order(id: $id) { status product { title } } }\n';

let folder: string;
const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text);
const git = (...args: readonly string[]): void => {
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid', ...args], {
    cwd: folder,
    stdio: 'ignore',
  });
};
const throughline = (...args: readonly string[]) => {
  const run = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'bin/throughline.ts', ...args, '--project', folder],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  return { code: run.status, out: run.stdout, err: run.stderr };
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-cli-'));
  mkdirSync(path.join(folder, 'schema/operations'), { recursive: true });
  write('supergraph.yaml', SUPERGRAPH_YAML);
  write('schema/orders.graphql', ORDERS_SDL);
  write('schema/catalog.graphql', CATALOG_SDL);
  write('schema/operations/page.graphql', OPERATION);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('throughline', () => {
  test('compose prints, writes and checks the supergraph', () => {
    expect(throughline('compose', '--check')).toMatchObject({ code: 1, out: expect.stringContaining('stale') });
    const printed = throughline('compose');
    expect(printed.code).toBe(0);
    expect(throughline('compose', '--write')).toMatchObject({
      code: 0,
      out: expect.stringContaining('catalog, orders'),
    });
    expect(readFileSync(path.join(folder, 'schema/supergraph.graphql'), 'utf8')).toBe(printed.out);
    expect(throughline('compose', '--check')).toMatchObject({ code: 0, out: expect.stringContaining('fresh') });
  });

  test('check passes, then fails on a change that breaks a saved operation, naming it', () => {
    throughline('compose', '--write');
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'before');
    expect(throughline('check')).toMatchObject({ code: 0, out: expect.stringContaining('0 breaking') });
    write('schema/catalog.graphql', CATALOG_SDL.replace('title(language: String): String', 'name: String'));
    throughline('compose', '--write');
    const broken = throughline('check');
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/OPERATION_INVALID: schema\/operations\/page\.graphql: .*title/);
    expect(broken.out).toMatch(/breaking: .*title.*Product.*used by schema\/operations\/page\.graphql/);
    git('add', '.');
    git('commit', '-qm', 'after');
    expect(throughline('check').out).toContain('0 breaking');
    expect(throughline('check', '--against', 'HEAD~1').out).toContain('1 breaking');
    expect(throughline('check', '--against', 'nowhere')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--against nowhere'),
    });
  });

  test('says why the subgraphs do not compose', () => {
    write('schema/catalog.graphql', CATALOG_SDL.replace('@key(fields: "sku")', '@key(fields: "nothing")'));
    const { code, out } = throughline('compose');
    expect(code).toBe(1);
    expect(out).toMatch(/KEY_INVALID_FIELDS.*\[catalog\][\s\S]*at schema\/catalog\.graphql:\d+:\d+[\s\S]*-> /);
  });

  test('lint tells errors from warnings', () => {
    expect(throughline('lint')).toMatchObject({ code: 0, out: expect.stringMatching(/0 errors, \d+ warnings/) });
    write('schema/catalog.graphql', CATALOG_SDL.replace('type Query @access(scope: "storefront")', 'type Query'));
    expect(throughline('lint')).toMatchObject({ code: 1, out: expect.stringMatching(/ACCESS_RULE_MISSING \(2\)/) });
  });

  test('plan shows how an operation is answered', () => {
    expect(throughline('plan', 'schema/operations/page.graphql')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/service: "orders"[\s\S]*service: "catalog"/),
    });
    write('schema/operations/wrong.graphql', '{ nothing }');
    expect(throughline('plan', 'schema/operations/wrong.graphql')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing'),
    });
  });

  test.each([
    [['compse'], 'compse'],
    [['lint', '--write'], '--write'],
    [['check', 'everything'], 'everything'],
    [['plan'], 'operation file'],
    [['plan', 'nowhere.graphql'], 'nowhere.graphql'],
    [['compose', '--unknown'], '--unknown'],
  ])('%j is answered with what is wrong and how it goes', (args, named) => {
    const { code, out, err } = throughline(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(named);
    expect(err).toContain('npx throughline <command>');
  });

  test('the reference page knows every command, option and lint rule', () => {
    const page = readFileSync(path.join(ROOT, 'docs/reference/cli.md'), 'utf8');
    const { out } = throughline('help');
    const named = [...out.matchAll(/^ {2}(\w+(?: --?\w+)?)/gm)].map(([, words]) => words ?? '');
    for (const words of [...named, ...Object.keys(LINT_RULES)]) expect(page).toContain(words);
    for (const rule of page.match(/^\| `([A-Z_]+)`/gm) ?? [])
      expect(Object.keys(LINT_RULES)).toContain(rule.replace(/[^A-Z_]/g, ''));
  });
});
