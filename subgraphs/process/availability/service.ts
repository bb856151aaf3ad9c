/** Answers from memory: settle the question, look the items up, decide. */
import { codeOfLocationId, locationIdOf } from '#model/identifiers.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { ChannelPolicy, ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { type Assessment, type Question, type Scope, scopeOf, type Velocity } from './assessment.ts';
import type { ItemFacts, Place, World } from './facts.ts';
import { assess } from './policy.ts';
import { type AvailabilityContextInput, questionOf } from './question.ts';
import { sourcingRules } from './rules.ts';

export type AvailabilityOptions = { readonly policy: ProcessPolicy; readonly velocity?: Velocity };
export type Stock = { item(sku: string): ItemFacts | undefined; readonly world: World };
export type AvailabilityDeps = { readonly stock: Stock; readonly clock: Clock };

export type AvailabilityService = {
  /** Answers in the order of the SKUs; throws BAD_INPUT for a wrong request and NOT_MAPPED naming the SKUs that do not exist. */
  availability(skus: readonly string[], context?: AvailabilityContextInput | null): readonly Assessment[];
  /** The same for a settled question; `null` where the item does not exist. */
  answer(sku: string, question: Question): Assessment | null;
  settle(context: AvailabilityContextInput | null | undefined): Question;
  /** One answer with every location that has stock of it, also those that do not count. */
  explain(sku: string, locationId: string | null, context?: AvailabilityContextInput | null): Assessment;
  /** A place by its graph id; throws BAD_INPUT naming the argument when there is none. */
  placeOf(locationId: string, argument: string): Place;
};

export const MAX_SKUS = 250;
/** A message names the first ones; a list of 250 helps nobody. */
const NAMED = 10;

const checkSkus = (skus: readonly string[]): void => {
  if (skus.length > MAX_SKUS) {
    throw new Failure(
      'BAD_INPUT',
      `skus: at most ${MAX_SKUS} in one request, got ${skus.length}; ask in several requests.`,
      { field: 'skus' },
    );
  }
};

const notMapped = (skus: readonly string[]): Failure => {
  const named = skus.slice(0, NAMED).join(', ');
  const more = skus.length > NAMED ? ` and ${skus.length - NAMED} more` : '';
  return new Failure(
    'NOT_MAPPED',
    `No item has the SKU ${named}${more}. Leave it out, or add it to the ERP's item master.`,
    { field: 'skus' },
  );
};

export const createAvailabilityService = (
  options: AvailabilityOptions,
  deps: AvailabilityDeps,
): AvailabilityService => {
  const { policy } = options;
  const { stock, clock } = deps;
  const rules = sourcingRules(policy, (sku) => stock.item(sku), options.velocity);
  /** Which places a channel sells from changes only with the places and its rules. */
  const scopes = new WeakMap<ReadonlyMap<string, Place>, WeakMap<ChannelPolicy, Scope>>();

  const scopeFor = (question: Question, { places }: World): Scope => {
    const byChannel = scopes.get(places) ?? new WeakMap<ChannelPolicy, Scope>();
    scopes.set(places, byChannel);
    const scope = byChannel.get(question.rules) ?? scopeOf(places, question.rules);
    byChannel.set(question.rules, scope);
    return scope;
  };

  const settle = (context: AvailabilityContextInput | null | undefined): Question =>
    questionOf(context, policy, stock.world.places);

  const answer = (sku: string, question: Question): Assessment | null => {
    const item = stock.item(sku);
    const { world } = stock;
    return item ? assess(item, question, scopeFor(question, world), world, rules, clock.now()) : null;
  };

  return {
    settle,
    answer,
    availability: (skus, context) => {
      checkSkus(skus);
      const question = settle(context);
      const answers = new Map<string, Assessment | null>();
      for (const sku of skus) if (!answers.has(sku)) answers.set(sku, answer(sku, question));
      const unknown = [...answers].flatMap(([sku, found]) => (found === null ? [sku] : []));
      if (unknown.length > 0) throw notMapped(unknown);
      return skus.flatMap((sku) => answers.get(sku) ?? []);
    },
    explain: (sku, locationId, context) => {
      const question = settle(locationId === null ? context : { ...context, locationIds: [locationId] });
      const found = answer(sku, question);
      if (!found) throw notMapped([sku]);
      return found;
    },
    placeOf: (locationId, argument) => {
      const code = codeOfLocationId(locationId);
      const place = code === null ? undefined : stock.world.places.get(code);
      if (place) return place;
      const example = locationIdOf('CODE');
      throw new Failure(
        'BAD_INPUT',
        `${argument}: ${JSON.stringify(locationId)} is no location; ids come from Location.id and look like ${JSON.stringify(example)}.`,
        {
          field: argument,
        },
      );
    },
  };
};
