/**
 * The architect's command line. Exit codes: 0 all is well, 1 something was found that must be mended, 2 the command
 * itself was wrong.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkSupergraph, isFresh } from '#gateway/supergraph/check.ts';
import type { Composition } from '#gateway/supergraph/compose.ts';
import { lintSubgraphs } from '#gateway/supergraph/lint.ts';
import { explainPlan } from '#gateway/supergraph/query-plan.ts';
import { isFailure } from '#runtime/failure.ts';
import { findingLines, hintLines, plural, problemLines, reportLines } from './cli/print.ts';
import { type Base, openProject, type Project, SUPERGRAPH_FILE } from './cli/project.ts';
import { PROJECT_ROOT } from './environment.ts';

const HELP = `npx throughline <command>

  compose              compose the subgraphs of supergraph.yaml and print the supergraph
  compose --write      write it to schema/supergraph.graphql
  compose --check      fail when schema/supergraph.graphql is not what they compose to
  check                that, and: which saved operations break, what changed for clients, lint
  check --against X    compare with X: a file, or a git revision (default HEAD)
  lint                 rules that composition does not know
  lint --verbose       every finding, not a summary of the warnings
  plan <file>          how the gateway would answer an operation
  help                 this text

  --project <folder>   the folder that holds supergraph.yaml and schema/ (default: this project)

Files are relative to the project. Exit codes: 0 all is well, 1 something must be mended, 2 wrong usage.
More: docs/reference/cli.md
`;

const FOUND = 1;
const WRONG_USAGE = 2;

class WrongUsage extends Error {}

const out = (lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

type Composed = Extract<Composition, { readonly kind: 'composed' }>;

/** Goes on with what composes; otherwise says why it does not. */
const ifComposed = (project: Project, next: (composition: Composed) => number): number => {
  const composition = project.compose();
  if (composition.kind === 'composed') return next(composition);
  const { problems } = composition;
  out([...problemLines(problems), '', `The subgraphs do not compose: ${plural(problems.length, 'problem')}.`]);
  return FOUND;
};

const runCompose = (project: Project, options: { readonly write: boolean; readonly check: boolean }): number =>
  ifComposed(project, (composition) => {
    if (options.check) {
      const fresh = isFresh(composition, project.supergraph());
      out([
        fresh
          ? `${SUPERGRAPH_FILE} is fresh.`
          : `${SUPERGRAPH_FILE} is stale: run "npx throughline compose --write" and commit it.`,
      ]);
      return fresh ? 0 : FOUND;
    }
    if (!options.write) {
      process.stdout.write(composition.supergraphSdl);
      return 0;
    }
    project.writeSupergraph(composition.supergraphSdl);
    const names = composition.subgraphs.map(({ name }) => name).join(', ');
    out([`${SUPERGRAPH_FILE} written: ${names}.`, ...hintLines(composition.hints)]);
    return 0;
  });

/** The supergraph to compare with. A revision from before there was one has nothing to break. */
const readBase = (project: Project, against: string | undefined): Base | null => {
  const text = against === undefined ? null : project.read(against);
  if (against !== undefined && text !== null) return { name: against, sdl: text };
  if (against !== undefined && !project.hasRevision(against)) {
    throw new WrongUsage(`--against ${against}: there is no such file and no such git revision.`);
  }
  const revision = against ?? 'HEAD';
  const sdl = project.supergraphAt(revision);
  return sdl === null ? null : { name: revision, sdl };
};

const runCheck = async (project: Project, against: string | undefined): Promise<number> => {
  const base = readBase(project, against);
  const report = await checkSupergraph({
    composition: project.compose(),
    committed: project.supergraph(),
    base,
    operations: project.operations(),
  });
  out(reportLines(report, base?.name ?? null));
  return report.passed ? 0 : FOUND;
};

const runLint = (project: Project, isVerbose: boolean): number =>
  ifComposed(project, ({ subgraphs, supergraphSdl }) => {
    const findings = lintSubgraphs(subgraphs, supergraphSdl);
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    out([
      ...findingLines(findings, isVerbose),
      `${plural(errors, 'error')}, ${plural(findings.length - errors, 'warning')}.`,
    ]);
    return errors === 0 ? 0 : FOUND;
  });

const runPlan = (project: Project, file: string | undefined): number => {
  if (file === undefined)
    throw new WrongUsage('plan needs an operation file, such as schema/operations/orderpage.graphql.');
  const text = project.read(file);
  if (text === null) throw new WrongUsage(`plan: there is no file ${file}.`);
  return ifComposed(project, ({ supergraphSdl }) => {
    out([explainPlan(supergraphSdl, { file, text })]);
    return 0;
  });
};

/** Options that each command knows, beside --project. */
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
        project: { type: 'string', default: PROJECT_ROOT },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
};

const main = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parse(args);
  const [command = 'help', ...rest] = values.help ? ['help'] : positionals;
  if (!isCommand(command)) throw new WrongUsage(`There is no command "${command}".`);
  const known: readonly string[] = [...COMMANDS[command], 'project', 'help'];
  const foreign = Object.entries(values).find(([name, value]) => value && !known.includes(name));
  if (foreign && command !== 'help') throw new WrongUsage(`"${command}" does not know --${foreign[0]}.`);
  if (rest.length > (command === 'plan' ? 1 : 0))
    throw new WrongUsage(`"${command}" does not know what to do with "${rest.at(-1)}".`);
  const project = openProject(path.resolve(values.project));
  switch (command) {
    case 'compose':
      return runCompose(project, values);
    case 'check':
      return runCheck(project, values.against);
    case 'lint':
      return runLint(project, values.verbose);
    case 'plan':
      return runPlan(project, rest[0]);
    case 'help':
      process.stdout.write(HELP);
      return 0;
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
