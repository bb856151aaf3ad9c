/** Lets at most `maxConcurrent` callers in at once; those who wait enter by rank (0 first), then by arrival. */
export type Admission = {
  /** Resolves to a release function that may be called more than once; rejects when the signal aborts while waiting. */
  enter(rank: number, signal: AbortSignal): Promise<() => void>;
  readonly waiting: number;
};

type Waiter = { readonly rank: number; readonly admit: () => void };

export const createAdmission = (options: { readonly maxConcurrent: number }): Admission => {
  let inside = 0;
  const queue: Waiter[] = [];

  const leave = (): void => {
    inside -= 1;
    const next = queue.shift();
    if (next) {
      inside += 1;
      next.admit();
    }
  };

  const once = (task: () => void): (() => void) => {
    let done = false;
    return () => {
      if (done) return;
      done = true;
      task();
    };
  };

  const insert = (waiter: Waiter): void => {
    const behind = queue.findIndex((other) => other.rank > waiter.rank);
    queue.splice(behind === -1 ? queue.length : behind, 0, waiter);
  };

  return {
    enter: (rank, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (inside < options.maxConcurrent) {
          inside += 1;
          return resolve(once(leave));
        }
        const onAbort = (): void => {
          const index = queue.indexOf(waiter);
          if (index !== -1) queue.splice(index, 1);
          reject(signal.reason);
        };
        const waiter: Waiter = {
          rank,
          admit: () => {
            signal.removeEventListener('abort', onAbort);
            resolve(once(leave));
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        insert(waiter);
      }),
    get waiting() {
      return queue.length;
    },
  };
};
