/** The project's own source files and what each imports, read as text. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const SKIPPED = new Set(['node_modules', '.git', '.throughline', '.live', 'generated']);

export const filesBelow = (folder: string, extension = '.ts'): readonly string[] =>
  readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(file, extension);
    return file.endsWith(extension) ? [file] : [];
  });

export const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/g;

export const importsOf = (file: string): readonly string[] =>
  [...textOf(file).matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');

/** The project file an import leads to, or null for packages and node: modules. */
export const targetOf = (file: string, specifier: string): string | null => {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (specifier.startsWith('.')) return path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  return null;
};

export const packageOf = (specifier: string): string =>
  specifier.startsWith('node:')
    ? 'node:'
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

export const SOURCE_ZONES = [
  'model',
  'runtime',
  'schema',
  'simulation',
  'vendors',
  'subgraphs',
  'gateway',
  'bin',
  'examples',
  'test',
] as const;
export const allSources = (): readonly string[] => SOURCE_ZONES.flatMap((zone) => filesBelow(zone));
