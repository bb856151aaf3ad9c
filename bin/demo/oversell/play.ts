/** Lets a weekend's shoppers meet one way to run the shop, and counts what comes of it. */
import type { Picture } from './picture.ts';
import { createPlaces, type Places } from './places.ts';
import { isWithin, type SalesChannel, type Weekend } from './weekend.ts';

/** What the channels offer and hold back at one moment, in units. */
export type Sample = {
  readonly offered: number;
  readonly withheld: number;
  /** The part of it that is held back for sales of which nobody has told yet. */
  readonly unseen: number;
};

/** An order that the shop has accepted. */
export type Accepted = {
  /** Where the shop believes the unit to lie; null: whoever has one sends it. */
  readonly from: string | null;
  /** Told where the unit was found, or null when there was none. */
  settle(place: string | null): Promise<void>;
};

/** One way to run the shop. */
export type Shop = AsyncDisposable & {
  readonly picture: Picture;
  /** Time goes on; whatever the shop's systems do by themselves until then has been done. */
  until(atMs: number): Promise<void>;
  /** A shopper wants one unit now. Null: the shop does not offer any. */
  order(channel: SalesChannel, sku: string): Promise<Accepted | null>;
  sample(): Promise<Sample>;
};

export type ChannelTally = { orders: number; oversold: number; turnedAway: number };
export type Tally = {
  readonly channels: Readonly<Record<SalesChannel, ChannelTally>>;
  readonly soldInStores: number;
  /** Units sent or set aside for orders. */
  readonly soldOnline: number;
  /** Orders that were accepted and could not be filled. */
  readonly oversold: number;
  /** Shoppers who were told that there was none while a place had one and knew it. */
  readonly lostSales: number;
  readonly shortPicks: number;
  readonly initial: number;
  readonly left: number;
  /** Every half hour, apart from the time when the tills are not heard. */
  readonly flowing: readonly Sample[];
  /** Every two minutes while the tills are not heard. */
  readonly silent: readonly Sample[];
};

const MINUTE_MS = 60_000;
const SAMPLE_MS = 30 * MINUTE_MS;
const SILENT_SAMPLE_MS = 2 * MINUTE_MS;

const sampleTimes = ({ startMs, endMs, silence }: Weekend): readonly number[] => {
  const times: number[] = [];
  // Away from the full minutes at which batches come.
  for (let atMs = startMs + SAMPLE_MS - 2_000; atMs < endMs; atMs += SAMPLE_MS)
    if (!isWithin(silence, atMs)) times.push(atMs);
  for (let atMs = silence.fromMs + SILENT_SAMPLE_MS - 2_000; atMs < silence.toMs; atMs += SILENT_SAMPLE_MS)
    times.push(atMs);
  return times.filter((atMs) => atMs > startMs && atMs < endMs).toSorted((a, b) => a - b);
};

export const play = async (weekend: Weekend, open: (places: Places) => Promise<Shop>): Promise<Tally> => {
  const places = createPlaces(weekend);
  const initial = places.left();
  const channels = {
    amazon: { orders: 0, oversold: 0, turnedAway: 0 },
    web: { orders: 0, oversold: 0, turnedAway: 0 },
  };
  let soldInStores = 0;
  let soldOnline = 0;
  let lostSales = 0;
  const flowing: Sample[] = [];
  const silent: Sample[] = [];
  await using shop = await open(places);

  const sampleAt = async (atMs: number): Promise<void> => {
    await shop.until(atMs);
    (isWithin(weekend.silence, atMs) ? silent : flowing).push(await shop.sample());
  };
  const samples = [...sampleTimes(weekend)];
  for (const { atMs, sku, store, channel } of weekend.shoppers) {
    for (let next = samples[0]; next !== undefined && next <= atMs; next = samples[0]) {
      samples.shift();
      await sampleAt(next);
    }
    await shop.until(atMs);
    if (channel === null) {
      if (places.sell(store, sku)) soldInStores += 1;
      continue;
    }
    const accepted = await shop.order(channel, sku);
    if (accepted === null) {
      channels[channel].turnedAway += 1;
      if (places.has(sku)) lostSales += 1;
      continue;
    }
    channels[channel].orders += 1;
    const place = places.setAside(sku, shop.picture, accepted.from);
    await accepted.settle(place);
    if (place === null) channels[channel].oversold += 1;
    else soldOnline += 1;
  }
  for (const atMs of samples) await sampleAt(atMs);
  await shop.until(weekend.endMs);
  return {
    channels,
    soldInStores,
    soldOnline,
    oversold: channels.amazon.oversold + channels.web.oversold,
    lostSales,
    shortPicks: places.shortPicks,
    initial,
    left: places.left(),
    flowing,
    silent,
  };
};
