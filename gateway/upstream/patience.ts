/** How long an answer may take before those who wait behind it are better served elsewhere: learnt from the answers. */

export type Patience = {
  readonly boundMs: number;
  learn(serviceMs: number): void;
};

/** Below this the garbage collector and other work on either side look like a slow answer. */
const LEAST_MS = 25;
const MOST_MS = 1_000;
const DEVIATIONS = 8;

/** Mean and mean deviation, each following slowly, as TCP keeps them for its own waits. */
export const createPatience = (): Patience => {
  let meanMs = 0;
  let deviationMs = 0;
  let boundMs = LEAST_MS * 4;
  return {
    get boundMs() {
      return boundMs;
    },
    learn: (serviceMs) => {
      const away = serviceMs - meanMs;
      meanMs += away / 8;
      deviationMs += (Math.abs(away) - deviationMs) / 4;
      boundMs = Math.min(MOST_MS, Math.max(LEAST_MS, meanMs + DEVIATIONS * deviationMs));
    },
  };
};
