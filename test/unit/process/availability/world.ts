/** Small worlds for tests: places, contacts and readings with the one thing that matters spelled out. */
import type { SystemKind } from '#model/identifiers.ts';
import type { LocationKind } from '#model/location.ts';
import type { StockReading } from '#model/stock.ts';
import { type Assessment, type Question, scopeOf } from '#subgraphs/process/availability/assessment.ts';
import type { Contact, ItemFacts, Place, SourceReading, World } from '#subgraphs/process/availability/facts.ts';
import { assess } from '#subgraphs/process/availability/policy.ts';
import { type AvailabilityContextInput, questionOf } from '#subgraphs/process/availability/question.ts';
import { sourcingRules } from '#subgraphs/process/availability/rules.ts';
import { type ProcessPolicyInput, parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';

export const NOW_MS = Date.UTC(2026, 2, 2, 9);
export const iso = (ms: number): string => new Date(ms).toISOString();

export const place = (
  code: string,
  kind: LocationKind | null = code.startsWith('ST-') ? 'STORE' : 'WAREHOUSE',
): Place => ({ code, name: code, kind });

export const reading = (
  system: SystemKind,
  locationCode: string,
  onHand: number,
  more: Partial<StockReading> & { readonly agoMs?: number } = {},
): SourceReading => {
  const { agoMs = 0, ...fields } = more;
  return {
    system,
    connection: `${system}-main`,
    locationCode,
    receivedAtMs: NOW_MS - agoMs,
    provenMs: Math.max(NOW_MS - agoMs, Date.parse(fields.asOf ?? iso(NOW_MS - agoMs))),
    reading: {
      onHand,
      damaged: 0,
      qualityHold: 0,
      returnsPending: 0,
      reservedHard: 0,
      reservations: 'REPORTED',
      inTransit: 0,
      basis: 'PHYSICAL',
      asOf: iso(NOW_MS - agoMs),
      ...fields,
    },
  };
};

export const contact = (system: SystemKind, silentMs: number | null = 0, loaded = true): readonly [string, Contact] => [
  `${system}-main`,
  { system, loaded, lastContactMs: silentMs === null ? null : NOW_MS - silentMs },
];

export const item = (readings: readonly SourceReading[], more: Partial<ItemFacts> = {}): ItemFacts => ({
  sku: 'P1000-S',
  title: 'Shirt S',
  lifecycle: 'ACTIVE',
  readings,
  demand: [],
  holds: [],
  ...more,
});

export type Case = {
  readonly item: ItemFacts;
  /** Items that the answer depends on. */
  readonly others?: readonly ItemFacts[];
  readonly places?: readonly Place[];
  readonly contacts?: readonly (readonly [string, Contact])[];
  readonly policy?: ProcessPolicyInput;
  readonly context?: AvailabilityContextInput;
  readonly nowMs?: number;
};

export const DEFAULT_PLACES = ['WH-NORD', 'WH-SUED', 'ST-BERLIN', 'ST-017'].map((code) => place(code));
export const ALL_LIVE = [contact('erp'), contact('pos'), contact('wms')];

export const assessed = (given: Case): Assessment => {
  const policy = parseProcessPolicy(given.policy ?? {});
  const world: World = {
    places: new Map((given.places ?? DEFAULT_PLACES).map((entry) => [entry.code, entry])),
    contacts: new Map(given.contacts ?? ALL_LIVE),
  };
  const question: Question = questionOf(given.context, policy, world.places);
  return assess(
    given.item,
    question,
    scopeOf(world.places, question.rules),
    world,
    sourcingRules(policy, (sku) =>
      sku === given.item.sku ? given.item : given.others?.find((other) => other.sku === sku),
    ),
    given.nowMs ?? NOW_MS,
  );
};
