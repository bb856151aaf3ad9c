/**
 * npm run check: types, lint, generated files and the composed supergraph fresh, then every test. Stops at the first
 * failure. `--without-tests` leaves the tests to whoever runs them apart.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { PROJECT_ROOT } from './environment.ts';

type Step = {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly flags?: readonly string[];
};

const STEPS: readonly Step[] = [
  { name: 'types', script: 'node_modules/typescript/bin/tsc', args: ['--noEmit'] },
  { name: 'lint', script: 'node_modules/@biomejs/biome/bin/biome', args: ['check', '.'] },
  { name: 'generated files', script: 'bin/generate.ts', args: ['--check'] },
  { name: 'composed supergraph', script: 'bin/throughline.ts', args: ['check'] },
  { name: 'tests', script: 'node_modules/jest/bin/jest.js', args: [], flags: ['--experimental-vm-modules'] },
];

const steps = process.argv.includes('--without-tests') ? STEPS.filter(({ name }) => name !== 'tests') : STEPS;
for (const { name, script, args, flags = [] } of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const run = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...flags, path.join(PROJECT_ROOT, script), ...args],
    {
      cwd: PROJECT_ROOT,
      stdio: 'inherit',
    },
  );
  if (run.status !== 0) {
    process.stdout.write(`\n${name}: failed\n`);
    process.exit(run.status ?? 1);
  }
}
process.stdout.write('\nAll checks passed.\n');
