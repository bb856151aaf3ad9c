/** Answers over a memory that the test fills, and systems that restate when the test lets them. */
import type { CallOptions } from '#model/call.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { RestateRequest } from '#runtime/inlet/restate-route.ts';
import { silentLog } from '#runtime/log.ts';
import { createCurrentAnswers } from '#subgraphs/process/availability/current.ts';
import type { Contact, ItemFacts, SourceReading } from '#subgraphs/process/availability/facts.ts';
import { createRestating } from '#subgraphs/process/availability/restating.ts';
import { createAvailabilityService } from '#subgraphs/process/availability/service.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { RestateCall } from '#subgraphs/process/systems/restate.ts';
import { createTestClock } from '#test/support/clock.ts';
import { contact, DEFAULT_PLACES, item, reading } from './world.ts';

export type Asked = {
  readonly system: SystemKind;
  readonly request: RestateRequest;
  readonly call: RestateCall;
  /** The system has read the items and says the same numbers: they are proven now. */
  told(): void;
  failed(): void;
};

/** Numbers of pos at ST-BERLIN and of wms at WH-NORD that are this old; both systems were in touch when they were read. */
export const openRestatingWorld = (ages: { readonly posMs: number; readonly wmsMs: number }, skus = ['P1000-S']) => {
  const clock = createTestClock();
  const policy = parseProcessPolicy({});
  const contacts = new Map<string, Contact>([
    contact('erp', ages.wmsMs),
    contact('pos', ages.posMs),
    contact('wms', ages.wmsMs),
  ]);
  const world = { places: new Map(DEFAULT_PLACES.map((place) => [place.code, place])), contacts };
  const readingsNow = (): readonly SourceReading[] => [
    reading('pos', 'ST-BERLIN', 4, { agoMs: ages.posMs, reservations: 'NOT_KEPT' }),
    reading('wms', 'WH-NORD', 20, { agoMs: ages.wmsMs }),
  ];
  const items = new Map<string, ItemFacts>(skus.map((sku) => [sku, item(readingsNow(), { sku })]));
  const asked: Asked[] = [];
  const stored: (() => void)[] = [];

  const askSystem = (system: SystemKind) => (request: RestateRequest, call: RestateCall) =>
    new Promise<{ readonly failed: readonly { readonly connection: string; readonly code: string }[] }>((resolve) => {
      const atMs = clock.now();
      asked.push({
        system,
        request,
        call,
        told: () => {
          stored.push(() => {
            for (const sku of request.skus) {
              const known = items.get(sku);
              if (!known) continue;
              const readings = known.readings.map((entry) =>
                entry.system === system && request.locationCodes?.includes(entry.locationCode)
                  ? { ...entry, receivedAtMs: atMs, provenMs: atMs }
                  : entry,
              );
              items.set(sku, { ...known, readings });
            }
          });
          resolve({ failed: [] });
        },
        failed: () => resolve({ failed: [{ connection: `${system}-main`, code: 'UPSTREAM_UNAVAILABLE' }] }),
      });
    });

  const restating = createRestating({
    systems: new Map((['pos', 'wms'] as const).map((system) => [system, askSystem(system)] as const)),
    renew: async () => {
      for (const store of stored.splice(0)) store();
    },
    clock,
    log: silentLog,
  });
  const service = createAvailabilityService({ policy }, { stock: { item: (sku) => items.get(sku), world }, clock });
  const current = createCurrentAnswers({ service, restating, clock });

  const ask = (context: Parameters<typeof current.availability>[1], call: Partial<CallOptions> = {}) => {
    const state = { answered: false };
    const answers = current
      .availability(skus, context, {
        signal: new AbortController().signal,
        callClass: 'DETAIL',
        correlationId: 'corr-1',
        ...call,
      })
      .finally(() => {
        state.answered = true;
      });
    return { answers, state };
  };
  return { clock, asked, ask, restating };
};
