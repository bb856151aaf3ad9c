/** Who is measured, and how each is started: as shipped, in production mode, without telemetry, on the same Node. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../environment.ts';
import { SUBGRAPH_NAMES, SUBGRAPH_SDL, type SubgraphUrls } from './graph.ts';
import { installPeer, versionOf } from './peers.ts';

export type Command = {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** What exactly runs, for the table. */
  readonly version: string;
};

export type Site = {
  /** Of this run, for files. */
  readonly folder: string;
  readonly home: string;
  readonly supergraphFile: string;
  /** The same with leave to keep answers. */
  readonly keptSupergraphFile: string;
  readonly urls: SubgraphUrls;
};

export type Contender = {
  readonly label: string;
  /** Floors answer from what was recorded, and do not take part in ratios against peers. */
  readonly isFloor?: true;
  /** Answers from what it keeps: only held against a static body, never against gateways that ask. */
  readonly isKeeping?: true;
  command(site: Site, port: number): Command;
};

const script = (name: string, ...args: readonly string[]): Pick<Command, 'file' | 'args' | 'cwd'> => ({
  file: process.execPath,
  args: [...process.execArgv, ...flagsOf(name), path.join(PROJECT_ROOT, `bin/bench/gateway/${name}.ts`), ...args],
  cwd: PROJECT_ROOT,
});

/** BENCH_CPU_PROFILE=<folder>: where our gateway's time goes, written when it ends. */
const flagsOf = (name: string): readonly string[] => {
  const folder = process.env.BENCH_CPU_PROFILE;
  return name === 'ours' && folder ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(folder)}`] : [];
};

const hive = (site: Site, port: number, ...options: readonly string[]): Command => {
  const folder = installPeer(site.home, 'hive');
  return {
    file: process.execPath,
    args: [
      path.join(folder, 'node_modules/@graphql-hive/gateway/dist/bin.js'),
      ...['supergraph', site.supergraphFile, '--host', '127.0.0.1', '--port', String(port), ...options],
    ],
    cwd: site.folder,
    version: [
      versionOf(folder, '@graphql-hive/gateway'),
      ...(options.length > 0 ? [versionOf(folder, '@graphql-hive/router-runtime')] : []),
    ].join(', '),
  };
};

const GRAFBASE = '@grafbase/cli-x86_64-unknown-linux-musl';

const grafbase = (site: Site, port: number): Command => {
  const folder = installPeer(site.home, 'grafbase');
  const binary = path.join(folder, 'node_modules', GRAFBASE, 'grafbase');
  chmodSync(binary, 0o755);
  const home = path.join(site.folder, 'grafbase');
  mkdirSync(home, { recursive: true });
  const config = path.join(home, 'grafbase.toml');
  const subgraphs = SUBGRAPH_NAMES.map((name) => {
    writeFileSync(path.join(home, `${name}.graphql`), SUBGRAPH_SDL[name]);
    return `[subgraphs.${name}]\nurl = "${site.urls[name]}"\nschema_path = "${name}.graphql"\n`;
  });
  // It composes the same subgraphs itself.
  writeFileSync(config, subgraphs.join('\n'));
  return {
    file: binary,
    args: ['--home', home, 'dev', '--config', config, '--listen-address', `127.0.0.1:${port}`],
    cwd: home,
    version: `${versionOf(folder, GRAFBASE)}, development server`,
  };
};

const floor =
  (kind: 'fetches' | 'static') =>
  (site: Site, port: number): Command => ({
    ...script('floor', kind, path.join(site.folder, 'floor.json'), String(port)),
    version: `node:http${kind === 'fetches' ? ', undici' : ''}`,
  });

export const CONTENDERS = {
  ours: {
    label: 'Throughline',
    command: ({ supergraphFile }, port) => ({
      ...script('ours', supergraphFile, String(port)),
      version: 'this checkout',
    }),
  },
  apollo: {
    label: '@apollo/gateway as shipped',
    command: ({ supergraphFile }, port) => ({
      ...script('apollo', supergraphFile, String(port)),
      version: `${versionOf(PROJECT_ROOT, '@apollo/gateway')}, ${versionOf(PROJECT_ROOT, '@apollo/server')}`,
    }),
  },
  'hive-js': { label: 'Hive Gateway, JavaScript planner', command: (site, port) => hive(site, port) },
  'hive-rust': {
    label: 'Hive Gateway, Rust planner',
    command: (site, port) => hive(site, port, '--hive-router-runtime'),
  },
  grafbase: { label: 'Grafbase, Rust', command: grafbase },
  'ours-keeping': {
    label: 'Throughline, keeping answers',
    isKeeping: true,
    command: ({ keptSupergraphFile }, port) => ({
      ...script('ours', keptSupergraphFile, String(port), 'keeping'),
      version: 'this checkout',
    }),
  },
  'floor-fetches': { label: 'floor: the same fetches, parsed', isFloor: true, command: floor('fetches') },
  'floor-static': { label: 'floor: a static body', isFloor: true, command: floor('static') },
} as const satisfies Readonly<Record<string, Contender>>;

export type ContenderName = keyof typeof CONTENDERS;
export const CONTENDER_NAMES = Object.keys(CONTENDERS) as readonly ContenderName[];
export const contenderOf = (name: ContenderName): Contender => CONTENDERS[name];
