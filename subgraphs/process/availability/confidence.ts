/** How likely it is that the asked quantity can really be fulfilled, and the word for it. */
import type { SystemKind } from '#model/identifiers.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Confidence, ConfidenceLevel, LocationAssessment } from './assessment.ts';
import { poissonAtMost } from './poisson.ts';

const MS_PER_MINUTE = 60_000;
const LEVELS: readonly (readonly [ConfidenceLevel, number])[] = [
  ['HIGH', 0.97],
  ['MEDIUM', 0.9],
  ['LOW', 0.7],
];

export const levelOf = (probability: number): ConfidenceLevel =>
  LEVELS.find(([, least]) => probability >= least)?.[0] ?? 'NONE';

/** That this place can hand over `units`: its count is right, and unseen sales have left enough. */
const placeProbability = (location: LocationAssessment, units: number): number => {
  const { place, position } = location;
  if (place.kind === null || position === null || units > position.net) return 0;
  const unseenSalesMean = (location.salesPerMinute * location.ageMs) / MS_PER_MINUTE;
  return location.accuracy * poissonAtMost(position.net - units, unseenSalesMean);
};

/** The best single place when one can serve it all, else the fewest places together, each of which must be right. */
const networkProbability = (counted: readonly LocationAssessment[], quantity: number): number => {
  let best = 0;
  for (const location of counted) {
    if ((location.position?.sellable ?? 0) >= quantity) best = Math.max(best, placeProbability(location, quantity));
  }
  if (best > 0) return best;
  const largestFirst = counted.toSorted((a, b) => (b.position?.sellable ?? 0) - (a.position?.sellable ?? 0));
  let left = quantity;
  let all = 1;
  for (const location of largestFirst) {
    const units = Math.min(left, location.position?.sellable ?? 0);
    if (units <= 0) return 0;
    all *= placeProbability(location, units);
    left -= units;
    if (left === 0) return all;
  }
  return 0;
};

export const confidenceIn = (
  counted: readonly LocationAssessment[],
  answer: { readonly sellable: number | null; readonly quantity: number; readonly missing: readonly SystemKind[] },
  policy: ProcessPolicy,
): Confidence => {
  const fulfillable = answer.sellable !== null && answer.sellable >= answer.quantity;
  const raw = fulfillable ? networkProbability(counted, answer.quantity) : 0;
  const probability = raw * policy.confidence.missingSystem ** answer.missing.length;
  return { level: levelOf(probability), probability, missingSystems: answer.missing };
};
