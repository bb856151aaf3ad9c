/** Our gateway over the benchmark's graph, with everything in place that production has: access, limits, metrics, hooks. */
import { readFileSync } from 'node:fs';
import { openGateway } from '#gateway/server.ts';
import { systemClock } from '#runtime/clock.ts';
import { createIdentityVerifier } from '#runtime/graphql/identity.ts';
import { systemIds } from '#runtime/ids.ts';
import { createLog } from '#runtime/log.ts';
import { IDENTITY } from './identity.ts';

const [supergraphFile = '', port = '0', mode = ''] = process.argv.slice(2);

/** Changes come in while answers are kept, as they do in a shop: each takes one product away. */
const CHANGE_EVERY_MS = 100;
const PRODUCTS_CHANGED = 6_400;

type Follower = { changed(tags: readonly string[]): void; followed?(): void };

/** A feed of changes that is always there. */
const follow = (follower: Follower): AsyncDisposable => {
  let changes = 0;
  follower.followed?.();
  const stop = systemClock.every(CHANGE_EVERY_MS, () => {
    follower.changed([`product:p${(changes * 37) % PRODUCTS_CHANGED}`]);
    changes += 1;
  });
  return { [Symbol.asyncDispose]: async () => stop() };
};

const gateway = await openGateway(
  {
    host: '127.0.0.1',
    port: Number(port),
    portVariable: 'the first argument',
    supergraphSdl: readFileSync(supergraphFile, 'utf8'),
    development: false,
    ...(mode === 'keeping' ? { caching: { follow, namesOf: (tag: string) => [tag] } } : {}),
  },
  {
    identity: createIdentityVerifier(IDENTITY, { clock: systemClock }),
    clock: systemClock,
    ids: systemIds,
    log: createLog({ name: 'gateway', level: 'warn' }),
  },
);
process.on('SIGTERM', () => void gateway.stop().then(() => process.exit(0)));
