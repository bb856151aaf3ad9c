/** The simulator process as a person or script starts it. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { PORT_TAKEN_EXIT } from '#bin/run.ts';
import { openTinyHost } from './setup.ts';

const PROGRAM = fileURLToPath(new URL('../../../bin/simulator.ts', import.meta.url));

const start = (env: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [PROGRAM], {
    env: { PATH: process.env.PATH, SIMULATOR_SIZE: 'small', LOG_LEVEL: 'silent', ...env },
  });

const textOf = async (stream: NodeJS.ReadableStream): Promise<string> => {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
};

/** Exit code and stderr of a process that ends by itself. */
const ended = async (child: ChildProcessWithoutNullStreams) => {
  const [[code], stderr, stdout] = await Promise.all([
    once(child, 'exit') as Promise<[number | null]>,
    textOf(child.stderr),
    textOf(child.stdout),
  ]);
  return { code, stderr, stdout };
};

describe('the simulator process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says where it listens, answers, and stops on %s', async (signal) => {
    const child = start({ SIMULATOR_PORT: '0' });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const exit = once(child, 'exit');
    try {
      expect(String(line)).toMatch(/^listening \{"url":"http:\/\/127\.0\.0\.1:\d+","port":\d+\}\n$/);
      const { url } = JSON.parse(String(line).slice('listening '.length)) as { url: string };
      expect((await fetch(`${url}/livez`)).status).toBe(200);
    } finally {
      child.kill(signal);
    }
    expect(await exit).toEqual([0, null]);
  });

  it('names the variable when the port is taken', async () => {
    await using other = await openTinyHost();
    const { code, stderr, stdout } = await ended(start({ SIMULATOR_PORT: String(other.port) }));
    expect(code).toBe(PORT_TAKEN_EXIT);
    expect(stdout).toBe('');
    expect(stderr).toContain('PORT_IN_USE');
    expect(stderr).toContain(String(other.port));
    expect(stderr).toContain('SIMULATOR_PORT');
  });

  it.each([
    ['SIMULATOR_PORT', '70000', 'from 0 to 65535'],
    ['SIMULATOR_SIZE', 'huge', 'must be "full"'],
  ])('names the variable that is wrong: %s', async (variable, value, remedy) => {
    const { code, stderr } = await ended(start({ [variable]: value }));
    expect(code).toBe(1);
    expect(stderr).toContain(`CONFIG_INVALID: ${variable}=${value}`);
    expect(stderr).toContain(remedy);
  });
});
