/**
 * An exclusive lock on the embedded database's directory. PGlite has none of its own, and a second process on the same
 * directory silently loses what the first one committed.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '#runtime/failure.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const holderOf = (file: string): number | null => {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || null;
  } catch {
    return null;
  }
};

/** Takes the lock and returns the function that gives it back; throws STORAGE_LOCKED while another process lives. */
export const lockDirectory = (directory: string): (() => void) => {
  const file = `${path.resolve(directory)}.lock`;
  mkdirSync(path.dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(file);
      if (holder !== null && isAlive(holder)) {
        throw new Failure(
          'STORAGE_LOCKED',
          `The embedded database in ${directory} is in use by process ${holder}. Stop that process, set another THROUGHLINE_HOME, or set DATABASE_URL to use Postgres.`,
        );
      }
      rmSync(file, { force: true });
    }
  }
  throw new Failure(
    'STORAGE_LOCKED',
    `The lock ${file} could not be taken: another process took it at the same moment. Start again.`,
  );
};
