/** How fast a marketplace takes quantities: of the last calls, whose weight halves with every seven of them. */
const FADING = 0.9;

export type Pace = {
  /** One call: how many listings it brought through, and how long it took, in milliseconds. */
  note(listings: number, tookMs: number): void;
  /** Listings per second that `lanes` calls side by side bring through; null before the first call that took time. */
  listingsPerSecond(lanes: number): number | null;
};

export const createPace = (): Pace => {
  let listings = 0;
  let ms = 0;
  return {
    note: (count, tookMs) => {
      listings = listings * FADING + count;
      ms = ms * FADING + tookMs;
    },
    listingsPerSecond: (lanes) => (ms > 0 ? (listings / ms) * 1_000 * lanes : null),
  };
};
