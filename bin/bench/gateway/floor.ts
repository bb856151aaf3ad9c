/**
 * What any gateway on Node must at least do, as a server that does only that: the same requests to subgraphs, each
 * answer parsed, and a body sent that lies ready ("fetches"); or the body alone ("static").
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Pool } from 'undici';
import type { SubgraphUrls } from './graph.ts';
import type { Stage } from './subgraphs.ts';

/** By the text of a request's body. */
export type FloorFile = {
  readonly urls: SubgraphUrls;
  readonly answers: Readonly<Record<string, { readonly stages: readonly Stage[]; readonly answer: string }>>;
};

const [kind = '', file = '', port = '0'] = process.argv.slice(2);
const { urls, answers } = JSON.parse(readFileSync(file, 'utf8')) as FloorFile;
const pools = new Map(
  Object.entries(urls).map(([name, url]) => [name, new Pool(new URL(url).origin, { connections: 32 })]),
);
const bodies = new Map(
  Object.entries(answers).map(([text, { stages, answer }]) => [text, { stages, answer: Buffer.from(answer) }]),
);

const ask = async ({ subgraph, body }: Stage[number]): Promise<void> => {
  const response = await pools.get(subgraph)?.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body,
  });
  await response?.body.json();
};

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const known = bodies.get(Buffer.concat(chunks).toString());
    if (!known) {
      response.writeHead(404).end();
      return;
    }
    if (kind === 'fetches') for (const stage of known.stages) await Promise.all(stage.map(ask));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': known.answer.length });
    response.end(known.answer);
  });
}).listen(Number(port), '127.0.0.1');
