/** What demos print with. */
export type Say = (text: string) => void;

export const say: Say = (text) => {
  process.stdout.write(`${text}\n`);
};

const WAIT_MS = 30_000;
const ASK_EVERY_MS = 50;

/** Asks again until `find` has something; what a person with the screen open would do. */
export const until = async <T>(what: string, find: () => Promise<T | undefined>): Promise<T> => {
  const endMs = Date.now() + WAIT_MS;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > endMs) throw new Error(`${what} did not happen within ${WAIT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
};
