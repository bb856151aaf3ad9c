/**
 * The architect's command line. Exit codes: 0 all is well, 1 something was found that must be mended, 2 the command
 * itself was wrong.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type CheckReport, checkSupergraph, isFresh } from '#gateway/supergraph/check.ts';
import { type Composition, composeSupergraph } from '#gateway/supergraph/compose.ts';
import { readSupergraphConfig } from '#gateway/supergraph/config.ts';
import { formatProblem, type Problem } from '#gateway/supergraph/explain.ts';
import { LINT_RULES, type LintCode, type LintFinding, lintSubgraphs } from '#gateway/supergraph/lint.ts';
import type { SavedOperation } from '#gateway/supergraph/operations.ts';
import { explainPlan } from '#gateway/supergraph/query-plan.ts';
import { isFailure } from '#runtime/failure.ts';
import { PROJECT_ROOT } from './environment.ts';

const HELP = `npx throughline <command>

  compose              compose the subgraphs of supergraph.yaml and print the supergraph
  compose --write      write it to schema/supergraph.graphql
  compose --check      fail when schema/supergraph.graphql is not what they compose to
  check                all of the above, and: what changed for clients, which saved operations break, lint
  check --against X    compare with X: a file, or a git revision (default HEAD)
  lint                 rules that composition does not know
  lint --verbose       every finding, not a summary of the warnings
  plan <file>          how the gateway would answer an operation
  help                 this text

Exit codes: 0 all is well, 1 something must be mended, 2 wrong usage. More: docs/reference/cli.md
`;

const SUPERGRAPH_FILE = 'schema/supergraph.graphql';
const OPERATIONS_DIRECTORY = 'schema/operations';
const FOUND = 1;
const WRONG_USAGE = 2;

class WrongUsage extends Error {}

const out = (text: string): void => void process.stdout.write(`${text}\n`);
const inProject = (file: string): string => path.join(PROJECT_ROOT, file);
const readIfThere = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null);

const compose = (): Composition => composeSupergraph(readSupergraphConfig(inProject('supergraph.yaml')), readIfThere);

const savedOperations = (): readonly SavedOperation[] =>
  readdirSync(inProject(OPERATIONS_DIRECTORY))
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => ({
      file: `${OPERATIONS_DIRECTORY}/${name}`,
      text: readFileSync(inProject(`${OPERATIONS_DIRECTORY}/${name}`), 'utf8'),
    }));

const git = (...args: readonly string[]): string | null => {
  try {
    return execFileSync('git', args, {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch {
    return null;
  }
};

/** The supergraph to compare with. A revision from before there was one has nothing to break. */
const readBase = (against: string | undefined): { readonly name: string; readonly sdl: string } | null => {
  if (against !== undefined && existsSync(against)) return { name: against, sdl: readFileSync(against, 'utf8') };
  const revision = against ?? 'HEAD';
  if (against !== undefined && git('rev-parse', '--verify', '--quiet', `${revision}^{commit}`) === null) {
    throw new WrongUsage(`--against ${against}: there is no such file and no such git revision.`);
  }
  const sdl = git('show', `${revision}:${SUPERGRAPH_FILE}`);
  return sdl === null ? null : { name: revision, sdl };
};

const printProblems = (problems: readonly Problem[]): void => {
  for (const problem of problems) out(formatProblem(problem));
};

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const printFindings = (findings: readonly LintFinding[], isVerbose: boolean): void => {
  const byCode = Map.groupBy(findings, ({ code }) => code);
  for (const code of Object.keys(LINT_RULES) as LintCode[]) {
    const found = byCode.get(code) ?? [];
    if (found.length === 0) continue;
    const { severity, why, remedy } = LINT_RULES[code];
    out(`${severity} ${code} (${found.length}): ${why}`);
    const shown = isVerbose || severity === 'error' ? found : found.slice(0, 5);
    for (const { where, message } of shown) out(`    ${where}  ${message}`);
    if (shown.length < found.length)
      out(`    ... and ${found.length - shown.length} more: npx throughline lint --verbose`);
    out(`    -> ${remedy}`);
  }
};

const failIfNotComposed = (composition: Composition): composition is Extract<Composition, { kind: 'composed' }> => {
  if (composition.kind === 'composed') return true;
  printProblems(composition.problems);
  out(`\nThe subgraphs do not compose: ${plural(composition.problems.length, 'problem')}.`);
  return false;
};

const runCompose = (options: { readonly write: boolean; readonly check: boolean }): number => {
  const composition = compose();
  if (!failIfNotComposed(composition)) return FOUND;
  if (options.check) {
    if (isFresh(composition, readIfThere(inProject(SUPERGRAPH_FILE)))) {
      out(`${SUPERGRAPH_FILE} is fresh.`);
      return 0;
    }
    out(`${SUPERGRAPH_FILE} is stale: run "npx throughline compose --write" and commit it.`);
    return FOUND;
  }
  if (!options.write) {
    process.stdout.write(composition.supergraphSdl);
    return 0;
  }
  writeFileSync(inProject(SUPERGRAPH_FILE), composition.supergraphSdl);
  out(`${SUPERGRAPH_FILE} written: ${composition.subgraphs.map(({ name }) => name).join(', ')}.`);
  for (const { code, message } of composition.hints) out(`hint ${code}: ${message}`);
  return 0;
};

const printReport = (report: CheckReport, base: string | null): void => {
  printProblems(report.problems);
  for (const { code, message } of report.hints) out(`hint ${code}: ${message}`);
  const shown = report.changes.filter(({ severity }) => severity !== 'safe');
  for (const { severity, message, breaks } of shown)
    out(`${severity}: ${message}${breaks.length > 0 ? ` (used by ${breaks.join(', ')})` : ''}`);
  printFindings(report.findings, false);
  const count = (severity: string): number => report.changes.filter((change) => change.severity === severity).length;
  out(
    base === null
      ? 'Changes: nothing to compare with yet.'
      : `Changes since ${base}: ${count('breaking')} breaking, ${count('risky')} risky, ${count('safe')} safe.`,
  );
};

const runCheck = async (against: string | undefined): Promise<number> => {
  const base = readBase(against);
  const report = await checkSupergraph({
    composition: compose(),
    committed: readIfThere(inProject(SUPERGRAPH_FILE)),
    base,
    operations: savedOperations(),
  });
  printReport(report, base?.name ?? null);
  out(report.passed ? 'Check passed.' : 'Check failed.');
  return report.passed ? 0 : FOUND;
};

const runLint = (isVerbose: boolean): number => {
  const composition = compose();
  if (!failIfNotComposed(composition)) return FOUND;
  const findings = lintSubgraphs(composition.subgraphs, composition.supergraphSdl);
  printFindings(findings, isVerbose);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  out(`${plural(errors, 'error')}, ${plural(findings.length - errors, 'warning')}.`);
  return errors === 0 ? 0 : FOUND;
};

const runPlan = (file: string | undefined): number => {
  if (file === undefined)
    throw new WrongUsage('plan needs an operation file, such as schema/operations/order-page.graphql.');
  const text = readIfThere(path.resolve(file));
  if (text === null) throw new WrongUsage(`plan: there is no file ${file}.`);
  const composition = compose();
  if (!failIfNotComposed(composition)) return FOUND;
  out(explainPlan(composition.supergraphSdl, { file, text }));
  return 0;
};

/** Options that each command knows. */
const COMMANDS = { compose: ['write', 'check'], check: ['against'], lint: ['verbose'], plan: [], help: [] } as const;
type Command = keyof typeof COMMANDS;
const isCommand = (word: string): word is Command => Object.hasOwn(COMMANDS, word);

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        write: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        against: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
};

const main = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parse(args);
  const [named = 'help', ...rest] = positionals;
  const command = values.help ? 'help' : named;
  if (!isCommand(command)) throw new WrongUsage(`There is no command "${command}".`);
  if (command === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const known: readonly string[] = COMMANDS[command];
  const foreign = Object.entries(values).find(
    ([name, value]) => value !== false && value !== undefined && !known.includes(name),
  );
  if (foreign) throw new WrongUsage(`"${command}" does not know --${foreign[0]}.`);
  if (rest.length > (command === 'plan' ? 1 : 0))
    throw new WrongUsage(`"${command}" does not know what to do with "${rest.at(-1)}".`);
  switch (command) {
    case 'compose':
      return runCompose(values);
    case 'check':
      return runCheck(values.against);
    case 'lint':
      return runLint(values.verbose);
    case 'plan':
      return runPlan(rest[0]);
  }
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof WrongUsage) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exitCode = WRONG_USAGE;
  } else if (isFailure(error)) {
    process.stderr.write(`${error.code}: ${error.message}\n`);
    process.exitCode = FOUND;
  } else throw error;
}
