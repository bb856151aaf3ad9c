/** What shops ask about stock, and what came of it. */
import { type Line, percentile } from '../figures.ts';
import type { Sample } from '../load.ts';
import type { Asking } from '../product.ts';

/** A product page: the item, the three nearest places that have it, and how far both can be believed. */
export const PAGE = `query Page($sku: String!) {
  availability(skus: [$sku], context: { channel: "web", purpose: DETAIL }) {
    status display { code quantity } canFulfil freshness asOf confidence { level probability missingSystems } notices { code }
    byLocation(near: { position: { latitude: 52.52, longitude: 13.405 } }, onlyWithStock: true, first: 3) {
      edges { node { status sellableQuantity freshness confidence { level } distanceKm location { id name } } }
    }
    variant { sku title listPrice { amount currency } }
  }
}`;

/** The least a request can cost at the same door. */
const FLOOR = '{ __typename }';

export const askFloor = async ({ ask }: Asking): Promise<boolean> => (await ask(FLOOR, {})).data !== null;

export const durationsOf = (samples: readonly Sample<unknown>[]): readonly number[] =>
  samples.map(({ durationMs }) => durationMs);

export const wholeShare = (samples: readonly Sample<boolean>[]): number =>
  samples.filter(({ result }) => result).length / samples.length;

export const overFloor = (
  key: string,
  samples: readonly Sample<unknown>[],
  floor: readonly Sample<unknown>[],
): Line => ({
  key: `${key}_p50_over_floor`,
  value: percentile(durationsOf(samples), 0.5) / percentile(durationsOf(floor), 0.5),
  meaning: 'times the p50 of { __typename } at the same gateway and the same rate',
});
