/** The vendor's published material, where it is at hand. Tests that need it say when they were left out. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

export const SPECS_DIRECTORY = process.env.THROUGHLINE_SPECS ?? path.join(ROOT, '..', 'shared', 'vendors', 'specs');

export const suiteWhen = (present: boolean, name: string): typeof describe | typeof describe.skip => {
  if (present) return describe;
  process.stderr.write(
    `left out: "${name}" needs the vendor's published files; set THROUGHLINE_SPECS to their folder\n`,
  );
  return describe.skip;
};
