/** From a sale at the till to the new answer: at a subscriber of the gateway, and to somebody who keeps asking. */
import { locationIdOf } from '#model/identifiers.ts';
import { systemClock } from '#runtime/clock.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { type Line, percentileLines } from '../figures.ts';
import type { Product } from '../product.ts';

const SALES = 100;
const WITHIN_MS = 30_000;
const ASK_EVERY_MS = 5;
/** A channel shows numbers up to its cap: below it one unit less is another answer. */
const SHOWN = { atLeast: 3, atMost: 9 } as const;

const FOLLOW = `subscription Follow($sku: String!, $place: ID!) {
  availabilityChanged(skus: [$sku], context: { channel: "web", locationIds: [$place] }, only: QUANTITY) {
    ... on AvailabilityChanged { availability { sellableQuantity } }
  }
}`;
const ASK = `query Ask($sku: String!, $place: ID!) {
  availability(skus: [$sku], context: { channel: "web", locationIds: [$place] }) { sellableQuantity }
}`;

type Shelf = { readonly sku: string; readonly locationCode: string };
type Told = { readonly sellableQuantity: number | null };
type Followed = { readonly availabilityChanged: { readonly availability?: Told } };

const shelvesOf = (count: number): readonly Shelf[] => {
  const { stock } = drawCompany({ size: 'full', nowMs: systemClock.now() });
  const bySku = new Map(
    stock
      .filter(
        ({ siteCode, onHand, damaged }) =>
          siteCode.startsWith('ST-0') && damaged === 0 && onHand >= SHOWN.atLeast && onHand <= SHOWN.atMost,
      )
      .map(({ sku, siteCode }) => [sku, { sku, locationCode: siteCode }] as const),
  );
  return [...bySku.values()].slice(0, count);
};

const sell = ({ stage }: Product, shelf: Shelf): Promise<unknown> =>
  stage.act('square', { kind: 'sale', ...shelf, quantity: 1 });

const within = async <T>(what: string, work: Promise<T>): Promise<T> => {
  const late = new AbortController();
  const timeUp = systemClock.delay(WITHIN_MS, late.signal).then(() => {
    throw new Error(`${what} was not told within ${WITHIN_MS / 1000} s`);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    late.abort();
    timeUp.catch(() => undefined);
  }
};

const variablesOf = ({ sku, locationCode }: Shelf) => ({ sku, place: locationIdOf(locationCode) });

/** Milliseconds until a subscriber that holds the state is sent the new one. */
const untilPushed = async (product: Product, shelf: Shelf): Promise<number> => {
  const stream = product.stage.graph.follow<Followed>(FOLLOW, variablesOf(shelf));
  const nextQuantity = async (): Promise<number> => {
    for (;;) {
      const { done, value } = await stream.next();
      if (done) throw new Error('the subscription ended');
      const quantity = value.availabilityChanged.availability?.sellableQuantity;
      if (typeof quantity === 'number') return quantity;
    }
  };
  try {
    const before = await within('the state', nextQuantity());
    const fewer = async (): Promise<number> => {
      while ((await nextQuantity()) >= before);
      return performance.now();
    };
    const told = fewer();
    told.catch(() => undefined);
    const from = performance.now();
    await sell(product, shelf);
    return (await within(`the sale of ${shelf.sku}`, told)) - from;
  } finally {
    await stream.return?.();
  }
};

/** Milliseconds until a question is answered with the new number. */
const untilAnswered = async (product: Product, shelf: Shelf): Promise<number> => {
  const ask = async (): Promise<number | null> => {
    const { data } = await product.ask(ASK, variablesOf(shelf));
    return (data?.availability as readonly Told[] | undefined)?.[0]?.sellableQuantity ?? null;
  };
  const before = await ask();
  if (before === null) throw new Error(`no number is shown for ${shelf.sku} at ${shelf.locationCode}`);
  let given = false;
  const fewer = async (): Promise<number> => {
    while (!given) {
      const now = await ask();
      if (now !== null && now < before) break;
      await systemClock.delay(ASK_EVERY_MS);
    }
    return performance.now();
  };
  const from = performance.now();
  const answered = fewer();
  answered.catch(() => undefined);
  try {
    await sell(product, shelf);
    return (await within(`the sale of ${shelf.sku}`, answered)) - from;
  } finally {
    given = true;
  }
};

export const push = async (product: Product): Promise<readonly Line[]> => {
  const shelves = shelvesOf(2 * SALES);
  const pushed: number[] = [];
  for (const shelf of shelves.slice(0, SALES)) pushed.push(await untilPushed(product, shelf));
  const answered: number[] = [];
  for (const shelf of shelves.slice(SALES)) answered.push(await untilAnswered(product, shelf));
  return [
    ...percentileLines(
      'event_to_push',
      pushed,
      `from a sale at the till to a subscriber at the gateway, ${pushed.length} sales one after the other`,
    ),
    ...percentileLines(
      'event_to_answer',
      answered,
      `from a sale at the till to the new number in an answer, asked for every ${ASK_EVERY_MS} ms, ${answered.length} sales`,
    ),
  ];
};
