/** Which events never reached us: what we held of a system, against what it says when it is read anew. */
import type { ItemFacts, SourceReading } from '#subgraphs/process/availability/facts.ts';
import { type Correction, usableUnits } from './comparison.ts';

const keyOf = ({ system, locationCode }: SourceReading): string => `${system}|${locationCode}`;

/**
 * Statements older than `graceMs` when they were read at `readAtMs` should have reached us by themselves; younger ones may
 * have been under way. A place that a system names for the first time corrects nothing.
 */
export const correctionsOf = (
  before: ItemFacts | undefined,
  after: ItemFacts | undefined,
  readAtMs: number,
  graceMs: number,
): readonly Correction[] => {
  const held = new Map((before?.readings ?? []).map((source) => [keyOf(source), source.reading]));
  return (after?.readings ?? []).flatMap((source) => {
    const known = held.get(keyOf(source));
    const { reading, system, locationCode } = source;
    if (known === undefined || Date.parse(reading.asOf) > readAtMs - graceMs) return [];
    const [heldUnits, statedUnits] = [usableUnits(known), usableUnits(reading)];
    if (heldUnits === statedUnits) return [];
    return [
      {
        sku: after?.sku ?? '',
        locationCode,
        system,
        held: heldUnits,
        stated: statedUnits,
        heldAsOf: known.asOf,
        asOf: reading.asOf,
      },
    ];
  });
};
