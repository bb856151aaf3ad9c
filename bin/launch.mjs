// Runs one of the project's scripts under the Node.js the project pins, whatever Node.js the machine has.
// Plain JavaScript on purpose: this file itself must run on Node 20. Usage: node bin/launch.mjs <script> [args]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const REQUIRED_MAJOR = 24;
const OLDEST_LAUNCHER_MAJOR = 20;

const say = (text) => process.stderr.write(`${text}\n`);
const fail = (text) => {
  say(text);
  process.exit(1);
};

if (Number(process.versions.node.split('.')[0]) < OLDEST_LAUNCHER_MAJOR) {
  fail(
    `Node.js ${process.versions.node} is too old: installing needs Node.js ${OLDEST_LAUNCHER_MAJOR} or newer. ` +
      `Install it, then run the same command again (Throughline itself runs on Node.js ${REQUIRED_MAJOR}, which npm brings along).`,
  );
}

/** The lockfile's hash is remembered after an install, so a changed lockfile installs again and an unchanged one costs nothing. */
const installIfNeeded = () => {
  const lockHash = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.throughline-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash) return;
  say('Installing dependencies (npm ci) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (run.status !== 0)
    fail(
      `npm ci failed (exit ${run.status ?? run.signal}). Its messages above say why; mend that and run the command again.`,
    );
  writeFileSync(stamp, lockHash);
};

const findNode = () => {
  const bundled = path.join(
    root,
    'node_modules',
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    'bin',
    'node',
  );
  for (const candidate of [bundled, `${bundled}.exe`]) if (existsSync(candidate)) return candidate;
  if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) return process.execPath;
  return fail(
    `No Node.js ${REQUIRED_MAJOR} for ${process.platform}-${process.arch} came with the install and this is Node.js ${process.versions.node}. ` +
      `Install Node.js ${REQUIRED_MAJOR} and run the same command with it.`,
  );
};

installIfNeeded();
const [script, ...args] = process.argv.slice(2);
if (!script) fail('usage: node bin/launch.mjs <script> [arguments]');
const node = findNode();
const isJest = script.includes('/jest/');
const flags = ['--disable-warning=ExperimentalWarning', ...(isJest ? ['--experimental-vm-modules'] : [])];
const child = spawn(node, [...flags, path.resolve(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    // The gateway library reports host metrics to its vendor unless told not to.
    APOLLO_TELEMETRY_DISABLED: '1',
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm runs scripts through a shell that dies of a signal without passing it on: we would run on with nobody to stop us.
if (process.env.npm_lifecycle_event) {
  const starter = process.ppid;
  setInterval(() => process.ppid !== starter && child.kill('SIGTERM'), 500).unref();
}
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
