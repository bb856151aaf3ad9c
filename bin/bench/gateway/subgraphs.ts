/**
 * The subgraphs, all in one process: graphql-js and @apollo/subgraph answer each body once, after that it is answered
 * from memory. So they cost next to nothing, and are right for whatever text a gateway sends.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, type GraphQLSchema, parse, validate } from 'graphql';
import { orderOf, productOf, ROOT, reviewOf, shippingCentsOf, userOf } from './data.ts';
import { createFramer } from './framing.ts';
import { SUBGRAPH_NAMES, SUBGRAPH_SDL, type SubgraphName, type SubgraphUrls } from './graph.ts';

/** What a gateway asked for at once: requests that it sent before it had the answer to any of them. */
export type Stage = readonly { readonly subgraph: SubgraphName; readonly body: string }[];

export type Subgraphs = AsyncDisposable & {
  readonly urls: SubgraphUrls;
  counts(): { readonly requests: number; readonly computed: number };
  /** From now on answers are held back until nobody asks any more, and what was asked is written down. */
  record(): void;
  recorded(): readonly Stage[];
};

type Reference = { readonly id: string; readonly weightGrams?: number };

const REFERENCES = {
  Product: {
    // What inventory is asked with is all that inventory knows of a product's weight.
    __resolveReference: ({ id, weightGrams }: Reference) => ({
      ...productOf(id),
      shippingCents: weightGrams === undefined ? null : shippingCentsOf(weightGrams),
    }),
  },
  User: { __resolveReference: ({ id }: Reference) => userOf(id) },
  Review: { __resolveReference: ({ id }: Reference) => reviewOf(id) },
  Order: { __resolveReference: ({ id }: Reference) => orderOf(id) },
};

const schemaOf = (name: SubgraphName): GraphQLSchema => {
  const typeDefs = parse(SUBGRAPH_SDL[name]);
  const entities = Object.entries(REFERENCES).filter(([type]) => SUBGRAPH_SDL[name].includes(`type ${type} @key`));
  return buildSubgraphSchema([{ typeDefs, resolvers: Object.fromEntries(entities) }] as Parameters<
    typeof buildSubgraphSchema
  >[0]);
};

type Body = { readonly query: string; readonly operationName?: string | null; readonly variables?: object | null };

const createAnswers = (schema: GraphQLSchema): ((text: string) => Promise<string>) => {
  const documents = new Map<string, DocumentNode>();
  const documentOf = (query: string): DocumentNode => {
    const known = documents.get(query);
    if (known) return known;
    const document = parse(query);
    const [error] = validate(schema, document);
    if (error) throw error;
    documents.set(query, document);
    return document;
  };
  return async (text) => {
    const { query, operationName, variables } = JSON.parse(text) as Body;
    try {
      return JSON.stringify(
        await execute({
          schema,
          document: documentOf(query),
          rootValue: ROOT,
          operationName: operationName ?? null,
          variableValues: { ...variables },
        }),
      );
    } catch (error) {
      return JSON.stringify({ errors: [{ message: error instanceof Error ? error.message : String(error) }] });
    }
  };
};

const toResponse = (body: string): Buffer =>
  Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

/** A gateway that writes its requests differently every time would fill the memory and be slow by our doing. */
const MOST_REMEMBERED = 40_000;
/** Recording: nobody asks any more when nothing has come for so long. */
const QUIET_MS = 25;

export const openSubgraphs = async (): Promise<Subgraphs> => {
  let requests = 0;
  let computed = 0;
  let stages: Stage[] | null = null;
  let stage: { readonly subgraph: SubgraphName; readonly body: string; release(): void }[] = [];
  let quiet: NodeJS.Timeout | undefined;

  const releaseStage = (): void => {
    const held = stage;
    stage = [];
    stages?.push(held.map(({ subgraph, body }) => ({ subgraph, body })));
    for (const { release } of held) release();
  };

  const serve = async (name: SubgraphName): Promise<readonly [Server, Set<Socket>]> => {
    const answer = createAnswers(schemaOf(name));
    const known = new Map<string, Buffer | Promise<Buffer>>();
    const responseTo = (text: string): Buffer | Promise<Buffer> => {
      const before = known.get(text);
      if (before) return before;
      computed += 1;
      if (known.size >= MOST_REMEMBERED) known.clear();
      const coming = answer(Buffer.from(text, 'latin1').toString('utf8')).then((body) => {
        const response = toResponse(body);
        known.set(text, response);
        return response;
      });
      known.set(text, coming);
      return coming;
    };
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      // Pipelined requests are answered in their order: while one is being computed the others queue behind it.
      let before: Promise<void> | null = null;
      const write = (response: Buffer): void => {
        if (socket.writable) socket.write(response);
      };
      const behind = (response: Buffer | Promise<Buffer>): void => {
        const mine: Promise<void> = Promise.all([response, before]).then(([ready]) => {
          write(ready);
          if (before === mine) before = null;
        });
        before = mine;
      };
      const framer = createFramer((_, bytes) => {
        requests += 1;
        const text = bytes.toString('latin1');
        if (stages) {
          const recording = Promise.withResolvers<void>();
          stage.push({ subgraph: name, body: Buffer.from(bytes).toString('utf8'), release: recording.resolve });
          clearTimeout(quiet);
          quiet = setTimeout(releaseStage, QUIET_MS);
          behind(recording.promise.then(() => responseTo(text)));
          return;
        }
        const response = responseTo(text);
        if (before === null && Buffer.isBuffer(response)) write(response);
        else behind(response);
      });
      socket.on('data', (chunk) => {
        socket.cork();
        framer.feed(chunk);
        socket.uncork();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return [server, sockets];
  };

  const servers = await Promise.all(SUBGRAPH_NAMES.map(serve));
  const urls = Object.fromEntries(
    servers.map(([server], index) => [
      SUBGRAPH_NAMES[index],
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    ]),
  ) as Record<SubgraphName, string>;
  return {
    urls,
    counts: () => ({ requests, computed }),
    record: () => {
      stages = [];
    },
    recorded: () => {
      const done = stages ?? [];
      stages = null;
      return done;
    },
    [Symbol.asyncDispose]: async () => {
      for (const [server, sockets] of servers) {
        server.close();
        for (const socket of sockets) socket.destroy();
      }
    },
  };
};
