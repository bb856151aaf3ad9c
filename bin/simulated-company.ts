/**
 * The simulated company begins anew with its simulators. What an earlier one told would contradict it, and would mix
 * with a real system's words, so it goes; with one real system among them everything is kept.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lockDirectory } from '#runtime/storage/lock.ts';
import { databaseFolder } from '#runtime/storage/open.ts';

const forget = (home: string): void => {
  const database = databaseFolder(home);
  const unlock = lockDirectory(database);
  rmSync(database, { recursive: true, force: true });
  unlock();
};

/** Readies the home folder for a start in which all connections are simulated, or not. Throws STORAGE_LOCKED while it is in use. */
export const prepareHome = (home: string, isAllSimulated: boolean): void => {
  /** Says that whatever the database holds was told by simulators alone. */
  const marker = path.join(home, 'simulated-company');
  if (isAllSimulated || existsSync(marker)) forget(home);
  mkdirSync(home, { recursive: true });
  if (isAllSimulated) writeFileSync(marker, '');
  else rmSync(marker, { force: true });
};
