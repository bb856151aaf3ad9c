/** Files of a supergraph, watched: written in pieces, replaced by a rename, added to. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CandidateSource } from '#gateway/generations/judge.ts';
import { subgraphFiles, supergraphFile } from '#gateway/generations/sources.ts';
import { type SupergraphSource, watchSupergraph } from '#gateway/generations/watch.ts';
import { silentLog } from '#runtime/log.ts';
import { createTestClock } from '#test/support/clock.ts';

const OPTIONS = { quietMs: 200, lookEveryMs: 10_000 };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'throughline-watch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (name: string): string => path.join(folder, name);
const watched = (source: SupergraphSource) => {
  const clock = createTestClock();
  const offered: CandidateSource[] = [];
  const watcher = watchSupergraph(source, OPTIONS, { clock, log: silentLog, offer: (found) => offered.push(found) });
  return { clock, offered, watcher };
};

describe('a composed file', () => {
  test('is offered once it has been left alone, once per content, as it is in the end', async () => {
    await writeFile(file('supergraph.graphql'), 'one');
    const { clock, offered, watcher } = watched(supergraphFile(file('supergraph.graphql')));
    using _ = watcher;
    await writeFile(file('supergraph.graphql'), 'tw');
    await clock.sleeping();
    expect(offered).toEqual([]);
    await writeFile(file('supergraph.graphql'), 'two');
    await clock.advance(OPTIONS.lookEveryMs);
    await clock.advance(OPTIONS.lookEveryMs);
    expect(offered).toEqual([{ kind: 'supergraph', sdl: 'two' }]);
  });

  test('that is replaced by a rename is seen, and the one after it too', async () => {
    await writeFile(file('supergraph.graphql'), 'one');
    const { clock, offered, watcher } = watched(supergraphFile(file('supergraph.graphql')));
    using _ = watcher;
    for (const sdl of ['two', 'three']) {
      await writeFile(file('next'), sdl);
      await rename(file('next'), file('supergraph.graphql'));
      await clock.sleeping();
      await clock.advance(OPTIONS.quietMs);
    }
    expect(offered.at(-1)).toEqual({ kind: 'supergraph', sdl: 'three' });
  });

  test('that is empty or gone is not offered, and is when it is back', async () => {
    await writeFile(file('supergraph.graphql'), 'one');
    const { offered, watcher } = watched(supergraphFile(file('supergraph.graphql')));
    using _ = watcher;
    await writeFile(file('supergraph.graphql'), '');
    watcher.look();
    await rm(file('supergraph.graphql'));
    watcher.look();
    expect(offered).toEqual([]);
    await writeFile(file('supergraph.graphql'), 'two');
    watcher.look();
    expect(offered).toEqual([{ kind: 'supergraph', sdl: 'two' }]);
  });
});

describe('supergraph.yaml', () => {
  const yaml = (names: readonly string[]): string =>
    [
      'federation_version: "=2.14.4"',
      'subgraphs:',
      ...names.map(
        (name) => `  ${name}: { routing_url: "http://127.0.0.1:1/graphql", schema: { file: ${name}.graphql } }`,
      ),
    ].join('\n');

  test('is offered with its subgraphs whenever one of them changes, or another is named', async () => {
    await writeFile(file('supergraph.yaml'), yaml(['a']));
    await writeFile(file('a.graphql'), 'type A');
    const { offered, watcher } = watched(subgraphFiles(file('supergraph.yaml')));
    using _ = watcher;
    await writeFile(file('a.graphql'), 'type B');
    watcher.look();
    await writeFile(file('supergraph.yaml'), yaml(['a', 'b']));
    watcher.look();
    await writeFile(file('b.graphql'), 'type C');
    watcher.look();
    const sdls = offered.map((source) => (source.kind === 'subgraphs' ? source.subgraphs.map(({ sdl }) => sdl) : []));
    expect(sdls).toEqual([['type B'], ['type B', 'type C']]);
  });
});
