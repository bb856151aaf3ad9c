/** npm run generate: resolver types from the SDL, reference pages from the code. `-- --check` fails on stale ones instead of writing. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateAll } from '#schema/generate.ts';
import { PROJECT_ROOT } from './environment.ts';
import { referencePages } from './reference-pages.ts';

const check = process.argv.includes('--check');

const stalePages = (): readonly string[] =>
  Object.entries(referencePages()).flatMap(([file, text]) => {
    const target = path.join(PROJECT_ROOT, file);
    if (existsSync(target) && readFileSync(target, 'utf8') === text) return [];
    if (!check) writeFileSync(target, text);
    return [file];
  });

const stale = [...(await generateAll({ check })), ...stalePages()];
for (const file of stale) process.stdout.write(`${check ? 'stale' : 'written'}: ${file}\n`);
if (check && stale.length > 0) {
  process.stderr.write('Generated files are stale: run "npm run generate" and commit the result.\n');
  process.exitCode = 1;
}
