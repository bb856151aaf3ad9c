/** Collects what a stream says, and waits for what is expected of it, without polling. */
export type Collector<T> = {
  readonly items: readonly T[];
  /** Resolves with the first item, from now back or forward, that fits; rejects with what came instead when the time is up. */
  until(fits: (item: T) => boolean, what: string): Promise<T>;
  stop(): Promise<void>;
};

const PATIENCE_MS = 30_000;

export const collect = <T>(stream: AsyncIterableIterator<T>): Collector<T> => {
  const items: T[] = [];
  const waiting = new Set<() => void>();
  let ended: unknown = null;
  const reading = (async () => {
    try {
      for await (const item of stream) {
        items.push(item);
        for (const wake of [...waiting]) wake();
      }
      ended = new Error('the stream ended');
    } catch (error) {
      ended = error;
    }
    for (const wake of [...waiting]) wake();
  })();
  return {
    items,
    until: (fits, what) =>
      new Promise((resolve, reject) => {
        const settle = (done: () => void): void => {
          waiting.delete(look);
          clearTimeout(late);
          done();
        };
        const look = (): void => {
          const found = items.find(fits);
          if (found !== undefined) settle(() => resolve(found));
          else if (ended !== null)
            settle(() => reject(new Error(`${what}: ${String(ended)}; came: ${JSON.stringify(items)}`)));
        };
        const late = setTimeout(
          () =>
            settle(() =>
              reject(new Error(`${what} did not come within ${PATIENCE_MS / 1000} s; came: ${JSON.stringify(items)}`)),
            ),
          PATIENCE_MS,
        );
        waiting.add(look);
        look();
      }),
    stop: async () => {
      await stream.return?.();
      await reading;
    },
  };
};
