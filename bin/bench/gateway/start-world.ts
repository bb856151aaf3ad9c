/** The world's process as the benchmark sees it: one wish at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PROJECT_ROOT } from '../../environment.ts';
import { pinnedCommand } from './pin.ts';
import type { Granted, Wish } from './world.ts';

export type World = AsyncDisposable & {
  wish<T extends Wish>(wish: T): Promise<Granted[T['kind']]>;
};

type Reply = { readonly granted: unknown } | { readonly refused: string };

export const startWorld = async (core: number | null): Promise<World> => {
  const [program = process.execPath, ...args] = pinnedCommand(
    [process.execPath, ...process.execArgv, path.join(PROJECT_ROOT, 'bin/bench/gateway/world.ts')],
    core,
  );
  const child = spawn(program, args, {
    cwd: PROJECT_ROOT,
    // Requests of a whole workload are more than JSON between processes should carry as text in text.
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    wish: async <T extends Wish>(wish: T) => {
      child.send(wish);
      const [reply] = (await Promise.race([
        once(child, 'message'),
        ended.then(() =>
          Promise.reject(new Error('the process with subgraphs and callers ended; the reason is above')),
        ),
      ])) as [Reply];
      if ('refused' in reply) throw new Error(reply.refused);
      return reply.granted as Granted[T['kind']];
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};
