/** How many sales may have happened that we have not heard of, when they come at a known rate independently. */

/** Beyond this many standard deviations the tail is below any probability that a policy can name. */
const FAR = 12;

/** P(X <= k) for a Poisson variable with the given mean. */
export const poissonAtMost = (k: number, mean: number): number => {
  if (k < 0) return 0;
  if (mean <= 0) return 1;
  const spread = FAR * Math.sqrt(mean) + FAR;
  if (k >= mean + spread) return 1;
  if (k <= mean - spread) return 0;
  // Logarithms keep the first terms of a large mean from vanishing.
  let logTerm = -mean;
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log(mean / i);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
};

/** The smallest b <= cap with P(X <= b) >= probability; cap when there is none. */
export const poissonQuantile = (probability: number, mean: number, cap: number): number => {
  if (mean <= 0) return 0;
  if (mean - FAR * Math.sqrt(mean) - FAR > cap) return cap;
  let logTerm = -mean;
  let sum = Math.exp(logTerm);
  let b = 0;
  while (sum < probability && b < cap) {
    b += 1;
    logTerm += Math.log(mean / b);
    sum += Math.exp(logTerm);
  }
  return b;
};
