/** Our gateway over the benchmark's graph, with everything in place that production has: access, limits, metrics, hooks. */
import { readFileSync } from 'node:fs';
import { openGateway } from '#gateway/server.ts';
import { systemClock } from '#runtime/clock.ts';
import { createIdentityVerifier } from '#runtime/graphql/identity.ts';
import { systemIds } from '#runtime/ids.ts';
import { createLog } from '#runtime/log.ts';
import { IDENTITY } from './identity.ts';

const [supergraphFile = '', port = '0'] = process.argv.slice(2);

const gateway = await openGateway(
  {
    host: '127.0.0.1',
    port: Number(port),
    portVariable: 'the first argument',
    supergraphSdl: readFileSync(supergraphFile, 'utf8'),
    development: false,
  },
  {
    identity: createIdentityVerifier(IDENTITY, { clock: systemClock }),
    clock: systemClock,
    ids: systemIds,
    log: createLog({ name: 'gateway', level: 'warn' }),
  },
);
process.on('SIGTERM', () => void gateway.stop().then(() => process.exit(0)));
