/** Callers over plain sockets: each writes the bytes of a request and looks no closer at the answer than it must. */
import { connect, type Socket } from 'node:net';
import { createFramer } from './framing.ts';

export type Target = {
  readonly port: number;
  /** Whole requests, head and body, used one after the other, round and round. */
  readonly requests: readonly Buffer[];
  /** How long the body of the right answer to each is, in bytes: another length is a failure. */
  readonly lengths: readonly number[];
};

export type Outcome = {
  readonly answered: number;
  readonly failed: number;
  readonly seconds: number;
  /** Answers in all, before and after the seconds that count too. */
  readonly total: number;
  /** From when each request was due until its answer was there. */
  readonly latenciesMs: readonly number[];
};

type Job = { readonly index: number; readonly dueMs: number };
type Caller = { ask(job: Job): void; end(): void };
type OnAnswer = (caller: Caller, job: Job, isRight: boolean) => void;

const READ_BYTES = 256 * 1024;

const openCaller = (target: Target, onAnswer: OnAnswer): Promise<Caller> => {
  const opened = Promise.withResolvers<Caller>();
  let job: Job | null = null;
  let isEnding = false;
  const answered = (isRight: boolean): void => {
    if (!job) return;
    const done = job;
    job = null;
    onAnswer(caller, done, isRight);
  };
  const framer = createFramer((head, body) =>
    answered(head.startsWith('HTTP/1.1 200') && job !== null && body.length === target.lengths[job.index]),
  );
  let socket: Socket;
  const open = (): Socket =>
    connect({
      port: target.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(READ_BYTES),
        callback: (size, bytes) => {
          framer.feed(Buffer.from(bytes.buffer, bytes.byteOffset, size));
          return true;
        },
      },
    })
      .on('connect', () => opened.resolve(caller))
      .on('error', (error) => opened.reject(error))
      .on('close', () => {
        if (isEnding) return;
        answered(false);
        socket = open();
      });
  const caller: Caller = {
    ask: (next) => {
      job = next;
      const request = target.requests[next.index];
      if (request) socket.write(request);
    },
    end: () => {
      isEnding = true;
      socket.destroy();
    },
  };
  socket = open();
  return opened.promise;
};

const openCallers = (target: Target, count: number, onAnswer: OnAnswer): Promise<readonly Caller[]> =>
  Promise.all(Array.from({ length: count }, () => openCaller(target, onAnswer)));

/** Each of `callers` asks again as soon as it is answered. The first `warmSeconds` do not count. */
export const runClosed = async (
  target: Target,
  options: { readonly callers: number; readonly seconds: number; readonly warmSeconds: number },
): Promise<Outcome> => {
  let next = 0;
  let answered = 0;
  let failed = 0;
  let total = 0;
  let isOver = false;
  let latenciesMs: number[] = [];
  const ask = (caller: Caller): void => {
    const index = next % target.requests.length;
    next += 1;
    caller.ask({ index, dueMs: performance.now() });
  };
  const callers = await openCallers(target, options.callers, (caller, { dueMs }, isRight) => {
    total += 1;
    answered += 1;
    if (!isRight) failed += 1;
    latenciesMs.push(performance.now() - dueMs);
    if (!isOver) ask(caller);
  });
  for (const caller of callers) ask(caller);
  await new Promise((done) => setTimeout(done, options.warmSeconds * 1_000));
  answered = 0;
  failed = 0;
  latenciesMs = [];
  const fromMs = performance.now();
  await new Promise((done) => setTimeout(done, options.seconds * 1_000));
  const seconds = (performance.now() - fromMs) / 1_000;
  const outcome = { answered, failed, seconds, total, latenciesMs: [...latenciesMs] };
  isOver = true;
  for (const caller of callers) caller.end();
  return outcome;
};

/** Requests start when they are due, `perSecond` of them evenly spread; one that finds every caller busy waits, and its waiting counts. */
export const runOpen = async (
  target: Target,
  options: { readonly perSecond: number; readonly callers: number; readonly seconds: number },
): Promise<Outcome> => {
  const total = Math.round(options.perSecond * options.seconds);
  const idle: Caller[] = [];
  const waiting: Job[] = [];
  const latenciesMs: number[] = [];
  let failed = 0;
  const finished = Promise.withResolvers<void>();
  const callers = await openCallers(target, options.callers, (caller, { dueMs }, isRight) => {
    latenciesMs.push(performance.now() - dueMs);
    if (!isRight) failed += 1;
    if (latenciesMs.length === total) finished.resolve();
    const job = waiting.shift();
    if (job) caller.ask(job);
    else idle.push(caller);
  });
  idle.push(...callers);
  const fromMs = performance.now();
  let started = 0;
  // Turning round and round costs this core nothing that anybody else wants, and no timer is as punctual.
  const turn = (): void => {
    const nowMs = performance.now();
    for (; started < total; started += 1) {
      const dueMs = fromMs + (started * 1_000) / options.perSecond;
      if (dueMs > nowMs) break;
      const job = { index: started % target.requests.length, dueMs };
      const caller = idle.pop();
      if (caller) caller.ask(job);
      else waiting.push(job);
    }
    if (started < total) setImmediate(turn);
  };
  turn();
  await finished.promise;
  const seconds = (performance.now() - fromMs) / 1_000;
  for (const caller of callers) caller.end();
  return { answered: total, failed, seconds, total, latenciesMs };
};
