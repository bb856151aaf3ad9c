/** Thousands of subscribers, each on its own order, cut at once: how soon all know everything again, and at what cost. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChangeBatch } from '#model/change.ts';
import { isoOf, systemClock } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import { createLog } from '#runtime/log.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createRandom } from '#simulation/random.ts';
import { PROJECT_ROOT } from '../../environment.ts';
import { openOwnDatabase } from '../availability/assortment.ts';
import { type Line, percentile } from '../figures.ts';
import { createAsking } from '../product.ts';
import type { ClientReport, ClientWord, FollowedOrder } from './resume-words.ts';
import { openRig, type Rig, until } from './rig.ts';

export type ResumeCase = {
  readonly subscribers: number;
  /** Events each has missed: as many orders have few as many, evenly spread between these. */
  readonly missed: readonly [number, number];
};

export type ResumeResult = {
  readonly seconds: number;
  readonly missed: number;
  readonly behind: number;
  readonly report: ClientReport;
  /** From the statement to each listener of the channel, in milliseconds. */
  readonly liveMs: readonly number[];
  /** Bytes held more with all subscribers than without. */
  readonly memory: Readonly<Record<'gateway' | 'process', { readonly rss: number; readonly heap: number }>>;
  readonly processRss: number;
};

const FIVE_THOUSAND: ResumeCase = { subscribers: 5_000, missed: [20, 200] };
const MIB = 1024 * 1024;
const WITHIN_MS = 150_000;
const ORDERS_AT_ONCE = 250;
const ENTRIES_AT_ONCE = 5_000;

type Clients = AsyncDisposable & { say(word: ClientWord): void; report(): Promise<ClientReport> };

const startClients = (): Clients => {
  const child = fork(path.join(PROJECT_ROOT, 'bin/bench/orders/resume-clients.ts'), {
    cwd: PROJECT_ROOT,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const say = (word: ClientWord): void => void child.send(word);
  return {
    say,
    report: async () => {
      say({ kind: 'report' });
      const [report] = await once(child, 'message');
      return report as ClientReport;
    },
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await ended;
    },
  };
};

const residentOf = async (pid: number): Promise<number> =>
  Number(/^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1] ?? Number.NaN) *
  1024;

const heapOf = async (url: string): Promise<number> =>
  Number(
    /^nodejs_heap_size_used_bytes\S* (\S+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? Number.NaN,
  );

const footprintOf = async (rig: Rig) => ({
  gateway: { rss: await residentOf(rig.pidOf('gateway')), heap: await heapOf(rig.url('gateway')) },
  process: { rss: await residentOf(rig.pidOf('process-1')), heap: await heapOf(rig.replica(0).url) },
});

const state = async (rig: Rig, changes: ChangeBatch['changes']): Promise<void> => {
  const batch: ChangeBatch = {
    system: 'erp',
    connection: 'erp-main',
    correlationId: systemIds.uuid(),
    observedAt: isoOf(systemClock.now()),
    changes,
    rejected: [],
  };
  const response = await fetch(`${rig.url('process')}/intake`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await rig.token({ channel: '*', scopes: ['intake:write'] })}`,
    },
    body: JSON.stringify(batch),
  });
  if (!response.ok) throw new Error(`the intake answered ${response.status}: ${await response.text()}`);
};

const saleOf = (number: string, sku: string, sequence: number): ChangeBatch['changes'][number] => ({
  kind: 'order-claim',
  documentType: 'sales-order',
  documentId: `SO-${number}`,
  references: [{ scheme: 'channel', value: number }],
  sequence: String(sequence),
  effectiveAt: isoOf(systemClock.now()),
  rawStatus: 'processing',
  channel: 'web',
  lines: [{ lineRef: '1', items: [{ scheme: 'sku', value: sku }], ordered: 1, method: 'SHIP_TO_HOME' }],
  confirmed: sequence > 1,
});

const ORDERS = `query Orders($after: String) {
  orders(first: 250, after: $after) { edges { node { id number } } pageInfo { hasNextPage endCursor } }
}`;
type Page = {
  readonly edges: readonly { readonly node: { readonly id: string; readonly number: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/** Orders as an ERP states them, and their ids as the graph tells them. */
const makeOrders = async (rig: Rig, count: number): Promise<readonly FollowedOrder[]> => {
  const [item] = drawCompany({ size: 'small', nowMs: systemClock.now() }).items;
  const numbers = Array.from({ length: count }, (_, index) => `WEB-R${String(index).padStart(5, '0')}`);
  for (let from = 0; from < count; from += ORDERS_AT_ONCE)
    await state(
      rig,
      numbers.slice(from, from + ORDERS_AT_ONCE).map((number) => saleOf(number, item?.sku ?? '', 1)),
    );
  await using asking = createAsking(
    rig.url('gateway'),
    await rig.token({ channel: 'web', scopes: ['storefront', 'orders:read'] }),
  );
  const found: FollowedOrder[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { data, errors } = await asking.ask(ORDERS, { after });
    if (!data) throw new Error(`orders were not told: ${JSON.stringify(errors).slice(0, 300)}`);
    const page = data.orders as Page;
    found.push(...page.edges.flatMap(({ node }) => (node.number.startsWith('WEB-R') ? [{ id: node.id }] : [])));
    ({ endCursor: after, hasNextPage: more } = page.pageInfo);
  }
  return found;
};

/** What happens while everybody is away: entries of the journal as its own append writes them, order after order in turns. */
const happen = async (
  rig: Rig,
  databaseUrl: string | null,
  orders: readonly FollowedOrder[],
  sequences: readonly number[],
  missedOf: (index: number) => number,
): Promise<readonly number[]> => {
  const deps = { clock: systemClock, ids: systemIds, log: createLog({ name: 'bench', level: 'silent' }) };
  await using database = await openDatabase({ home: rig.home, ...(databaseUrl === null ? {} : { databaseUrl }) }, deps);
  await using journal = await openJournal(database, DEFAULT_JOURNAL_OPTIONS, deps);
  const ends = orders.map((_, index) => (sequences[index] ?? 0) + missedOf(index));
  const most = Math.max(...orders.map((_, index) => missedOf(index)));
  const at = isoOf(systemClock.now());
  let entries: Parameters<typeof journal.append>[1][number][] = [];
  const write = async (): Promise<void> => {
    const written = entries;
    entries = [];
    if (written.length > 0) await database.transaction((tx) => journal.append(tx, written));
  };
  for (let round = 1; round <= most; round += 1) {
    for (const [index, { id }] of orders.entries()) {
      if (round > missedOf(index)) continue;
      entries.push({
        channel: 'orders:web',
        subject: id,
        version: (sequences[index] ?? 0) + round,
        type: 'TRACKING_UPDATED',
        payload: {
          type: 'TRACKING_UPDATED',
          previousStatus: 'CONFIRMED',
          status: 'CONFIRMED',
          changedAxes: [],
          system: 'erp-main',
          occurredAt: at,
          observedAt: at,
          lineIds: [],
          quantity: null,
          locations: [],
        },
        correlationId: 'bench',
      });
      if (entries.length >= ENTRIES_AT_ONCE) await write();
    }
  }
  await write();
  await database.query(
    `update process.orders o set sequence = r.sequence
     from jsonb_to_recordset($1::jsonb) as r(id text, sequence bigint) where r.id = o.id`,
    [JSON.stringify(orders.map(({ id }, index) => ({ id, sequence: ends[index] })))],
  );
  return ends;
};

export const runResume = async (
  variables: NodeJS.ProcessEnv,
  databaseUrl: string | null,
  wanted: ResumeCase,
): Promise<ResumeResult> => {
  const { subscribers, missed } = wanted;
  const random = createRandom(815);
  await using rig = await openRig(variables, { databaseUrl, size: 'small' });
  const orders = await makeOrders(rig, subscribers);
  const before = await footprintOf(rig);
  await using clients = startClients();
  const token = `Bearer ${await rig.token({ channel: 'web', scopes: ['storefront', 'orders:read'] })}`;
  const url = `${rig.url('gateway').replace(/^http/, 'ws')}/graphql`;
  clients.say({ kind: 'start', url, token, orders });
  await until('every subscriber', async () => (await clients.report()).attached >= subscribers, WITHIN_MS);
  const standing = await clients.report();
  const after = await footprintOf(rig);

  clients.say({ kind: 'hold' });
  await Promise.all([rig.killGateway(), rig.stopReplica(0)]);
  const missedBy = orders.map(() => Math.round(missed[0] + random() * (missed[1] - missed[0])));
  const ends = await happen(rig, databaseUrl, orders, standing.sequences, (index) => missedBy[index] ?? 0);
  await rig.startReplica(0);
  await rig.startGateway();
  const behindOf = (report: ClientReport): number =>
    ends.filter((end, index) => (report.sequences[index] ?? 0) < end).length;
  const fromMs = systemClock.now();
  clients.say({ kind: 'go' });
  await until('everybody caught up', async () => behindOf(await clients.report()) === 0, WITHIN_MS).catch(
    () => undefined,
  );
  const seconds = (systemClock.now() - fromMs) / 1_000;
  const processRss = await residentOf(rig.pidOf('process-1'));

  clients.say({ kind: 'listen', channel: 'web' });
  await until('everybody listening', async () => (await clients.report()).listening >= subscribers, WITHIN_MS);
  const [item] = drawCompany({ size: 'small', nowMs: systemClock.now() }).items;
  const statedMs = systemClock.now();
  await state(rig, [saleOf('WEB-LIVE', item?.sku ?? '', 1)]);
  await until('everybody told', async () => (await clients.report()).heardMs.length >= subscribers, WITHIN_MS);
  const report = await clients.report();
  const used = (name: 'gateway' | 'process') => ({
    rss: after[name].rss - before[name].rss,
    heap: after[name].heap - before[name].heap,
  });
  return {
    seconds,
    missed: missedBy.reduce((sum, count) => sum + count, 0),
    behind: behindOf(report),
    report,
    liveMs: report.heardMs.slice(0, subscribers).map((atMs) => atMs - statedMs),
    memory: { gateway: used('gateway'), process: used('process') },
    processRss,
  };
};

const linesOf = (key: string, where: string, result: ResumeResult, { subscribers }: ResumeCase): readonly Line[] => {
  const { liveMs, memory, missed, report } = result;
  const each = (bytes: number): number => bytes / subscribers / 1024;
  return [
    {
      key: `resume_5000_s${key}`,
      value: result.seconds,
      meaning: `until all ${subscribers} subscribers, cut at once, knew everything again (<= 30): ${missed} events missed, ${where}`,
    },
    { key: `resume_behind${key}`, value: result.behind, meaning: 'of them still behind when measuring ended (0)' },
    { key: `resume_gaps${key}`, value: report.gaps + report.lagged, meaning: 'sequences left out (0)' },
    { key: `resume_repeats${key}`, value: report.repeats, meaning: 'events received twice (0)' },
    {
      key: `live_to_all_p99_ms${key}`,
      value: percentile(liveMs, 0.99),
      meaning: `from a statement at the intake to all ${subscribers} listeners of its channel (<= 1000)`,
    },
    {
      key: `rss_mib_5000${key}`,
      value: result.processRss / MIB,
      meaning: 'resident memory of the process subgraph with all of them caught up',
    },
    {
      key: `gateway_kib_per_subscriber${key}`,
      value: each(memory.gateway.rss),
      meaning: `resident memory of the gateway per subscriber with a socket of its own; heap ${each(memory.gateway.heap).toFixed(1)}`,
    },
    {
      key: `process_kib_per_subscriber${key}`,
      value: each(memory.process.rss),
      meaning: `the same of the process subgraph; heap ${each(memory.process.heap).toFixed(1)}`,
    },
  ];
};

export const resume = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> =>
  linesOf('', 'PGlite', await runResume(variables, null, FIVE_THOUSAND), FIVE_THOUSAND);

export const resumeOnPostgres = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  if (!variables.DATABASE_URL) {
    process.stdout.write('  left out: DATABASE_URL is not set\n');
    return [];
  }
  await using own = await openOwnDatabase(variables.DATABASE_URL);
  return linesOf('_postgres', 'Postgres', await runResume(variables, own.url, FIVE_THOUSAND), FIVE_THOUSAND);
};
