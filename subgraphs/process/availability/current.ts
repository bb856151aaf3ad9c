/**
 * Answers as current as they are asked for. What is known answers at once where it is new enough or nobody wants to wait;
 * otherwise the systems whose word is too old are asked for it again, and the caller waits for them as long as its
 * purpose, its own budget and its deadline allow. Then the best known answer is given, whatever they said.
 */
import type { CallOptions } from '#model/call.ts';
import { CLASS_OF_PURPOSE } from '#model/purpose.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Assessment } from './assessment.ts';
import { needOf } from './need.ts';
import type { AvailabilityContextInput } from './question.ts';
import type { Restating, Wish } from './restating.ts';
import type { AvailabilityService } from './service.ts';

export type CurrentDeps = {
  readonly service: AvailabilityService;
  readonly restating: Restating;
  readonly clock: Clock;
};

export type CurrentAnswers = {
  /** In the order of the SKUs, with the service's refusals. Freshness and `asOf` of each answer tell what was reached. */
  availability(
    skus: readonly string[],
    context: AvailabilityContextInput | null | undefined,
    call: CallOptions,
  ): Promise<readonly Assessment[]>;
};

/** What is left of the caller's time when waiting ends: for working out the answers and sending them. */
const TIME_TO_ANSWER_MS = 50;

/** Systems know the parts of a bundle, not the bundle. */
const partsOf = (answer: Assessment): readonly Assessment[] =>
  answer.components?.flatMap(({ answer: part }) => part ?? []) ?? [answer];

export const createCurrentAnswers = ({ service, restating, clock }: CurrentDeps): CurrentAnswers => {
  const wishesOf = (answers: readonly Assessment[]): readonly Wish[] =>
    [...new Map(answers.flatMap(partsOf).map((answer) => [answer.item.sku, answer])).values()].flatMap((answer) =>
      [...needOf(answer)].flatMap(([system, locationCodes]) =>
        restating.canAsk(system) ? [{ system, sku: answer.item.sku, locationCodes }] : [],
      ),
    );

  const waitFor = async (told: Promise<void>, waitMs: number, signal: AbortSignal): Promise<void> => {
    const left = new AbortController();
    const timeUp = clock.delay(waitMs, AbortSignal.any([signal, left.signal])).catch(() => undefined);
    await Promise.race([told, timeUp]);
    left.abort();
  };

  return {
    availability: async (skus, context, call) => {
      const known = service.availability(skus, context);
      const [first] = known;
      if (first === undefined) return known;
      const { purpose, waitMs } = first.question;
      const leftMs = (call.deadlineMs ?? Number.POSITIVE_INFINITY) - clock.now() - TIME_TO_ANSWER_MS;
      const patienceMs = Math.min(waitMs, leftMs);
      if (purpose === 'BROWSE' && patienceMs <= 0) return known;
      const wishes = wishesOf(known);
      if (wishes.length === 0) return known;
      if (patienceMs > 0) {
        const told = restating.wanted(wishes, CLASS_OF_PURPOSE[purpose], call.correlationId);
        await waitFor(told, patienceMs, call.signal);
        return service.availability(skus, context);
      }
      restating.behind(wishes, call.correlationId);
      return known;
    },
  };
};
