/** Asks again until the answer fits: for what is told to no stream, as a person would look again. */
const PATIENCE_MS = 30_000;

export const eventually = async <T>(read: () => Promise<T>, fits: (value: T) => boolean): Promise<T> => {
  const endsMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > endsMs) throw new Error(`did not come about; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
};
