/**
 * Counters and histograms for what happens with every request. The library's own find their place by the text of all
 * labels each time; here whoever counts holds the place, and the library is told when somebody asks.
 */
import { Counter, type CounterConfiguration, Histogram, type HistogramConfiguration } from 'prom-client';

export type Labels = Readonly<Record<string, string>>;
export type Tally = { count: number };
export type Distribution = { observe(value: number): void };

/** Places by the values of two labels, found without making anything. */
const placesOf = <T>(make: (first: string, second: string) => T): ((first: string, second: string) => T) => {
  const places = new Map<string, Map<string, T>>();
  return (first, second) => {
    const known = places.get(first)?.get(second);
    if (known !== undefined) return known;
    const made = make(first, second);
    const beside = places.get(first) ?? new Map<string, T>();
    beside.set(second, made);
    places.set(first, beside);
    return made;
  };
};

/** A counter with two labels. What is to be counted is added to the place that the two values have. */
export const createTallies = (
  configuration: CounterConfiguration<string> & { readonly labelNames: readonly [string, string] },
): ((first: string, second: string) => Tally) => {
  const [firstName, secondName] = configuration.labelNames;
  const all: { readonly labels: Labels; readonly tally: Tally }[] = [];
  new Counter({
    ...configuration,
    collect() {
      this.reset();
      for (const { labels, tally } of all) this.inc(labels, tally.count);
    },
  });
  return placesOf((first, second) => {
    const tally = { count: 0 };
    all.push({ labels: { [firstName]: first, [secondName]: second }, tally });
    return tally;
  });
};

type Place = { readonly labels: Labels; readonly counts: number[]; sum: number; total: number };
type Sample = { readonly metricName: string; readonly labels: Record<string, string | number>; readonly value: number };

/** The library's histogram in all but where its figures come from. */
class DistributionMetric extends Histogram<string> {
  readonly #places: readonly Place[];
  readonly #bounds: readonly number[];
  readonly #name: string;
  /** Another without figures, for everything else that is told of it. */
  readonly #described: Histogram<string>;
  constructor(configuration: HistogramConfiguration<string>, bounds: readonly number[], places: readonly Place[]) {
    super(configuration);
    this.#places = places;
    this.#bounds = bounds;
    this.#name = configuration.name;
    this.#described = new Histogram({ ...configuration, registers: [] });
  }

  #samples(): Sample[] {
    const name = this.#name;
    return this.#places.flatMap(({ counts, labels, sum, total }) => {
      let below = 0;
      const buckets = this.#bounds.map((bound, index): Sample => {
        below += counts[index] ?? 0;
        return { metricName: `${name}_bucket`, labels: { le: bound, ...labels }, value: below };
      });
      return [
        ...buckets,
        { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: total },
        { metricName: `${name}_sum`, labels: { ...labels }, value: sum },
        { metricName: `${name}_count`, labels: { ...labels }, value: total },
      ];
    });
  }

  override async get() {
    return { ...(await this.#described.get()), values: this.#samples() };
  }

  /** What the library asks for when it writes the text. */
  getForPromString() {
    return this.get();
  }
}

/** A histogram with one label or two. */
export const createDistributions = (
  configuration: HistogramConfiguration<string> & {
    readonly labelNames: readonly string[];
    readonly buckets: readonly number[];
  },
): ((first: string, second?: string) => Distribution) => {
  const [firstName = '', secondName] = configuration.labelNames;
  const bounds = configuration.buckets;
  const places: Place[] = [];
  new DistributionMetric(configuration, bounds, places);
  const find = placesOf((first, second): Distribution => {
    const labels = { [firstName]: first, ...(secondName === undefined ? {} : { [secondName]: second }) };
    const place: Place = { labels, counts: Array.from({ length: bounds.length }, () => 0), sum: 0, total: 0 };
    places.push(place);
    return {
      observe: (value) => {
        place.sum += value;
        place.total += 1;
        for (let index = 0; index < bounds.length; index += 1) {
          if (value > (bounds[index] ?? 0)) continue;
          place.counts[index] = (place.counts[index] ?? 0) + 1;
          return;
        }
      },
    };
  });
  return (first, second = '') => find(first, second);
};
