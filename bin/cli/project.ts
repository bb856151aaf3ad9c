/** The folder that the command line works on: its supergraph.yaml, its SDL, its saved operations, its history. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Composition, composeSupergraph } from '#gateway/supergraph/compose.ts';
import { readSupergraphConfig } from '#gateway/supergraph/config.ts';
import type { SavedOperation } from '#gateway/supergraph/operations.ts';

export const SUPERGRAPH_FILE = 'schema/supergraph.graphql';
const OPERATIONS_DIRECTORY = 'schema/operations';

export type Base = { readonly name: string; readonly sdl: string };

export type Project = {
  compose(): Composition;
  /** The committed supergraph; null when there is none. */
  supergraph(): string | null;
  writeSupergraph(sdl: string): void;
  operations(): readonly SavedOperation[];
  /** The text of a file named by the caller; null when there is none. */
  read(file: string): string | null;
  hasRevision(revision: string): boolean;
  /** The supergraph as it was in a git revision; null when it held none. */
  supergraphAt(revision: string): string | null;
};

const readIfThere = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null);

export const openProject = (folder: string): Project => {
  const at = (name: string): string => path.join(folder, name);
  const git = (...args: readonly string[]): string | null => {
    try {
      return execFileSync('git', args, {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 64 * 1024 * 1024,
      });
    } catch {
      return null;
    }
  };
  return {
    compose: () => composeSupergraph(readSupergraphConfig(at('supergraph.yaml')), readIfThere),
    supergraph: () => readIfThere(at(SUPERGRAPH_FILE)),
    writeSupergraph: (sdl) => writeFileSync(at(SUPERGRAPH_FILE), sdl),
    operations: () => {
      const directory = at(OPERATIONS_DIRECTORY);
      const names = existsSync(directory) ? readdirSync(directory) : [];
      return names
        .filter((name) => name.endsWith('.graphql'))
        .sort()
        .map((name) => ({
          file: `${OPERATIONS_DIRECTORY}/${name}`,
          text: readFileSync(path.join(directory, name), 'utf8'),
        }));
    },
    read: (file) => readIfThere(path.resolve(folder, file)),
    hasRevision: (revision) =>
      git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`) !== null,
    supergraphAt: (revision) => git('show', '--end-of-options', `${revision}:./${SUPERGRAPH_FILE}`),
  };
};
