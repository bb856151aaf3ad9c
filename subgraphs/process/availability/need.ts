/** What keeps an answer from being as current as it was asked for: whose word about which places is too old. */
import type { SystemKind } from '#model/identifiers.ts';
import type { Assessment, LocationAssessment } from './assessment.ts';
import { isCurrent } from './conclusion.ts';

/** Location codes by the system whose word about the item there is wanted anew. */
export type Need = ReadonlyMap<SystemKind, ReadonlySet<string>>;

const NOTHING: Need = new Map();

/** Places that count, or would if their system were heard. */
const isConcerned = ({ excluded }: LocationAssessment): boolean =>
  excluded === null || excluded.code === 'SYSTEM_SILENT' || excluded.code === 'SYSTEM_NOT_LOADED';

/** The system whose number was taken, when it is too old; and those that should have come before it and were not heard. */
const wantedOf = ({ ageMs, missing, source }: LocationAssessment, maxAgeMs: number): readonly SystemKind[] =>
  source !== null && ageMs > maxAgeMs ? [source.system, ...missing] : missing;

export const needOf = (assessment: Assessment): Need => {
  if (isCurrent(assessment.freshness)) return NOTHING;
  const need = new Map<SystemKind, Set<string>>();
  for (const location of assessment.locations.filter(isConcerned)) {
    for (const system of wantedOf(location, assessment.acceptedAgeMs)) {
      need.set(system, (need.get(system) ?? new Set()).add(location.place.code));
    }
  }
  return need;
};
