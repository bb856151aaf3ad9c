/** Lets so many run at once; the others wait in the order they came. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

export const createGate = (most: number): Gate => {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // The place is handed on rather than given back: nobody who comes now may overtake who waits.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
};
