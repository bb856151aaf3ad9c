/** Installs the gateways that are not the product's own: exact versions, from a lockfile beside each, without scripts. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../environment.ts';

const FILES = ['package.json', 'package-lock.json'] as const;
const INSTALL_WITHIN_MS = 300_000;

export type Peer = 'hive' | 'grafbase';

/** The folder it lies in. Throws with npm's own words when it cannot be had. */
export const installPeer = (home: string, peer: Peer): string => {
  const source = path.join(PROJECT_ROOT, 'bin/bench/gateway/peers', peer);
  const folder = path.join(home, 'bench/peers', peer);
  const lockHash = createHash('sha256')
    .update(readFileSync(path.join(source, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(folder, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash) return folder;
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) copyFileSync(path.join(source, file), path.join(folder, file));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: INSTALL_WITHIN_MS,
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) throw new Error(`npm ci failed: ${(run.stderr || String(run.error ?? run.signal)).trim()}`);
  writeFileSync(stamp, lockHash);
  return folder;
};

/** Name and version of what lies there, for the table. */
export const versionOf = (folder: string, name: string): string => {
  const { version } = JSON.parse(readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `${name} ${version}`;
};
