/** Our gateway for the benchmark of swaps: supergraphs come by message, and each is answered with what it cost. */
import { openGateway } from '#gateway/server.ts';
import { systemClock } from '#runtime/clock.ts';
import { createIdentityVerifier } from '#runtime/graphql/identity.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { IDENTITY } from './identity.ts';

type Swapped = { readonly kind: string; readonly longestTurnMs: number; readonly longestTurnCpuMs: number };
export type SwappingReply = { readonly port: number } | Swapped;

const cpuMs = (): number => {
  const { system, user } = process.threadCpuUsage();
  return (system + user) / 1000;
};

/** The longest turn of the event loop from now on, by the clock and by this thread's own processor time. */
const watchTurns = (): (() => Omit<Swapped, 'kind'>) => {
  let isOn = true;
  let [lastMs, lastCpuMs, longestTurnMs, longestTurnCpuMs] = [performance.now(), cpuMs(), 0, 0];
  const turn = (): void => {
    longestTurnMs = Math.max(longestTurnMs, performance.now() - lastMs);
    longestTurnCpuMs = Math.max(longestTurnCpuMs, cpuMs() - lastCpuMs);
    [lastMs, lastCpuMs] = [performance.now(), cpuMs()];
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOn = false;
    return { longestTurnMs, longestTurnCpuMs };
  };
};

const tell = (reply: SwappingReply): void => {
  process.send?.(reply);
};

let gateway: Awaited<ReturnType<typeof openGateway>> | null = null;
process.on('message', async (sdl: string) => {
  if (gateway) {
    const watched = watchTurns();
    const { kind } = await gateway.offer({ kind: 'supergraph', sdl });
    tell({ kind, ...watched() });
    return;
  }
  gateway = await openGateway(
    { host: '127.0.0.1', port: 0, portVariable: 'none', supergraphSdl: sdl, development: false },
    {
      identity: createIdentityVerifier(IDENTITY, { clock: systemClock }),
      clock: systemClock,
      ids: systemIds,
      log: silentLog,
    },
  );
  tell({ port: gateway.port });
});
process.on('SIGTERM', () => void gateway?.stop().then(() => process.exit(0)));
