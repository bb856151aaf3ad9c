/**
 * An exclusive lock on the embedded database's directory. PGlite has none of its own, and a second process on the same
 * directory silently loses what the first one committed.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '#runtime/failure.ts';

type Holder = {
  readonly pid: number;
  /** Tells two processes with one id apart; null where the system does not say. */
  readonly startedAt: string | null;
};

/**
 * Ids of processes come again, in a container even at once: after a crash the new process often bears the very number of
 * the dead one. The boot and the tick at which a process started tell them apart, where there is a /proc.
 */
const startOf = (pid: number): string | null => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; the start is the 20th field behind it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? null : `${boot}/${ticks}`;
  } catch {
    return null;
  }
};

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const isAlive = ({ pid, startedAt }: Holder): boolean => {
  if (!exists(pid)) return false;
  const now = startOf(pid);
  return startedAt === null || now === null || now === startedAt;
};

const holderOf = (file: string): Holder | null => {
  try {
    const [pid = '', startedAt] = readFileSync(file, 'utf8').trim().split(' ');
    const number = Number.parseInt(pid, 10);
    return number > 0 ? { pid: number, startedAt: startedAt ?? null } : null;
  } catch {
    return null;
  }
};

const ownWords = (): string => [process.pid, startOf(process.pid)].filter((word) => word !== null).join(' ');

/** Takes the lock and returns the function that gives it back; throws STORAGE_LOCKED while another process lives. */
export const lockDirectory = (directory: string): (() => void) => {
  const file = `${path.resolve(directory)}.lock`;
  mkdirSync(path.dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, ownWords(), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(file);
      if (holder !== null && isAlive(holder)) {
        throw new Failure(
          'STORAGE_LOCKED',
          `The embedded database in ${directory} is in use by process ${holder.pid}. Stop that process, set another THROUGHLINE_HOME, or set DATABASE_URL to use Postgres.`,
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
