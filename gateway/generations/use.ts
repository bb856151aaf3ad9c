/** Who still uses a generation: operations under way, and streams that began on it. */

export type Use = {
  begin(): void;
  end(): void;
  /** A stream; `close` is called when it has to move on. The returned function tells that it has ended. */
  follow(close: (error: unknown) => void): () => void;
};

export type CountedUse = Use & {
  operations(): number;
  streams(): number;
  /** Of the streams that are open now. */
  closers(): readonly ((error: unknown) => void)[];
};

/** `idle` is called whenever the last user has gone. */
export const createUse = (idle: () => void): CountedUse => {
  let operations = 0;
  const streams = new Set<(error: unknown) => void>();
  const end = (): void => {
    if (operations === 0 && streams.size === 0) idle();
  };
  return {
    begin: () => {
      operations += 1;
    },
    end: () => {
      operations -= 1;
      end();
    },
    follow: (close) => {
      const own = (error: unknown): void => close(error);
      streams.add(own);
      return () => {
        if (streams.delete(own)) end();
      };
    },
    operations: () => operations,
    streams: () => streams.size,
    closers: () => [...streams],
  };
};
