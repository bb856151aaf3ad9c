/** supergraph.yaml, in the form that rover reads too: which subgraphs there are, where they answer, which SDL is theirs. */
import path from 'node:path';
import { z } from 'zod';
import { loadConfig } from '#runtime/config.ts';

const subgraphSchema = z.strictObject({
  /** Where the gateway sends this subgraph's queries unless the environment names another place. */
  routing_url: z.url({
    protocol: /^https?$/,
    error: 'expected an http or https URL such as http://127.0.0.1:4001/graphql',
  }),
  schema: z.strictObject({
    /** SDL file, relative to supergraph.yaml. */
    file: z.string().min(1),
  }),
});

const supergraphSchema = z.strictObject({
  federation_version: z
    .string()
    .regex(/^=2\.\d+\.\d+$/, 'expected an exact version of Federation 2 such as =2.14.4 (quote it: "=2.14.4")'),
  subgraphs: z.record(
    z.string().regex(/^[a-z][a-z0-9_-]*$/, 'expected a subgraph name of lower-case letters, digits, "-" and "_"'),
    subgraphSchema,
  ),
});

export type SubgraphConfig = {
  readonly name: string;
  readonly routingUrl: string;
  /** Absolute. */
  readonly file: string;
  /** As written, for messages. */
  readonly shownFile: string;
};

export type SupergraphConfig = {
  readonly federationVersion: string;
  readonly subgraphs: readonly SubgraphConfig[];
};

export const readSupergraphConfig = (file: string): SupergraphConfig => {
  const config = loadConfig(file, supergraphSchema);
  return {
    federationVersion: config.federation_version.slice(1),
    subgraphs: Object.entries(config.subgraphs)
      .map(([name, subgraph]) => ({
        name,
        routingUrl: subgraph.routing_url,
        file: path.resolve(path.dirname(file), subgraph.schema.file),
        shownFile: subgraph.schema.file,
      }))
      // In one order whatever the file's, so that the composed text depends on the content alone.
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
};
