/** The files that a supergraph is made of. */
import { readFileSync } from 'node:fs';
import { Failure } from '#runtime/failure.ts';
import { readSupergraphConfig } from '../supergraph/config.ts';
import type { SupergraphSource } from './watch.ts';

/** Composed elsewhere, one text: for production. */
export const supergraphFile = (file: string): SupergraphSource => ({
  read: () => {
    const sdl = readFileSync(file, 'utf8');
    // A file that is being written begins empty.
    if (sdl.trim() === '') throw new Failure('CONFIG_INVALID', `${file} is empty.`);
    return { kind: 'supergraph', sdl };
  },
  files: () => [file],
});

/** supergraph.yaml and the SDL files that it names, composed here: for development. */
export const subgraphFiles = (configFile: string): SupergraphSource => ({
  read: () => ({
    kind: 'subgraphs',
    subgraphs: readSupergraphConfig(configFile).subgraphs.map(({ file, name, routingUrl, shownFile }) => ({
      name,
      routingUrl,
      file: shownFile,
      sdl: readFileSync(file, 'utf8'),
    })),
  }),
  files: () => [configFile, ...readSupergraphConfig(configFile).subgraphs.map(({ file }) => file)],
});
