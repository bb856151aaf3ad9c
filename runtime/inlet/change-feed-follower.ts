/**
 * Follows the change feed for somebody who keeps copies, however often the connection breaks.
 *
 * The follower hears of every change once and in order, or that it may have missed some:
 *
 * 1. when it begins, because its copies may be older than the feed's first line;
 * 2. when the feed goes on anywhere else than where it stopped (another epoch, or more was pruned than held);
 * 3. when a position is left out, or a change touched too much to name;
 * 4. once per loss of the feed: it was silent, or a broken connection could not be replaced at the first attempt by one
 *    that gets further than its first line.
 *
 * A connection that breaks and is taken up at once without a gap is nobody's business.
 */
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { type ChangeFeedLine, type ChangeFollower, type FeedPosition, isCoarseTag } from './change-feed.ts';
import { readLines } from './change-feed-lines.ts';

export type FollowChangesOptions = {
  /** Address of the feed, e.g. "http://127.0.0.1:4005/changes". */
  readonly url: string;
  /** Kinds of tags that nothing here depends on: where more of them changed than could be named, nothing was missed. */
  readonly ignoredKinds?: readonly string[];
};

export type FollowChangesDeps = {
  /** Authorization header value of a service token with the scope changes:read. */
  readonly authorization: () => Promise<string>;
  readonly fetch?: typeof fetch;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type FollowedChanges = AsyncDisposable & {
  /** Up to where everything has been told; null before the first line. */
  position(): FeedPosition | null;
};

/** Three times what the feed may be quiet for. */
const SILENT_AFTER_MS = 15_000;
const FIRST_BACK_OFF_MS = 250;
const LONGEST_BACK_OFF_MS = 10_000;

/** Spread over the whole stretch, so that the followers of a feed that comes back do not come all at once. */
const backOffMs = (failures: number, ids: Ids): number => {
  const longestMs = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (failures + 1));
  return FIRST_BACK_OFF_MS + ids.random() * (longestMs - FIRST_BACK_OFF_MS);
};

const silent = (): Failure =>
  new Failure('UPSTREAM_TIMEOUT', `The change feed has said nothing for ${SILENT_AFTER_MS} ms.`, { system: 'process' });

/** Resolves once nothing has been heard for too long; rejects when the signal aborts. */
const silence = async (heardAtMs: () => number, clock: Clock, signal: AbortSignal): Promise<void> => {
  for (;;) {
    const leftMs = heardAtMs() + SILENT_AFTER_MS - clock.now();
    if (leftMs <= 0) return;
    await clock.delay(leftMs, signal);
  }
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const followChanges = (
  options: FollowChangesOptions,
  deps: FollowChangesDeps,
  follower: ChangeFollower,
): FollowedChanges => {
  const { clock, ids } = deps;
  const send = deps.fetch ?? fetch;
  const log = deps.log.child({ part: 'change-feed' });
  const ignored = options.ignoredKinds ?? [];
  const stop = new AbortController();
  let at: FeedPosition | null = null;
  let isLost = false;

  const lose = (reason: string): void => {
    if (isLost) return;
    isLost = true;
    log.warn({ reason }, 'the change feed cannot be followed; it is tried again until it can');
    if (at !== null) follower.missed();
  };

  /** The first line of a connection: whether the feed goes on where it stopped. */
  const begin = (line: ChangeFeedLine): void => {
    if (line.kind !== 'position')
      throw new Failure('UPSTREAM_MALFORMED', 'The change feed did not begin with its position.', {
        system: 'process',
      });
    const { epoch, position } = line;
    if (at?.epoch !== epoch || at.position !== position) follower.missed();
    at = { epoch, position };
    // After a loss, the feed has to get further than its first line before it is believed.
    if (!isLost) follower.followed?.();
    log.info(at, 'following the change feed');
  };

  const goOn = (line: ChangeFeedLine, { epoch, position }: FeedPosition): void => {
    const isNext = line.position === (line.kind === 'changed' ? position + 1 : position);
    const tags = line.kind === 'changed' ? line.tags : [];
    const meant = ignored.length === 0 ? tags : tags.filter((tag) => !ignored.includes(tag.slice(0, tag.indexOf(':'))));
    const named = meant.filter((tag) => !isCoarseTag(tag));
    const isSame = line.kind === 'changed' || line.epoch === epoch;
    if (!isNext || !isSame || named.length < meant.length) follower.missed();
    if (named.length > 0) follower.changed(named);
    at = { epoch: line.kind === 'position' ? line.epoch : epoch, position: line.position };
    isLost = false;
    follower.followed?.();
  };

  const connect = async (signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> => {
    const url = new URL(options.url);
    if (at !== null) {
      url.searchParams.set('epoch', at.epoch);
      url.searchParams.set('after', String(at.position));
    }
    const response = await send(url, { headers: { authorization: await deps.authorization() }, signal });
    if (response.ok && response.body) return response.body;
    await response.body?.cancel();
    throw new Failure('UPSTREAM_REFUSED', `The change feed answered HTTP ${response.status}.`, { system: 'process' });
  };

  /** One connection until it ends; throws what broke it. `onFurther` is called at each line after the first. */
  const followOnce = async (onFurther: () => void): Promise<void> => {
    const broken = new AbortController();
    let heardAtMs = clock.now();
    const over = AbortSignal.any([stop.signal, broken.signal]);
    const listening = silence(() => heardAtMs, clock, over).then(
      () => {
        lose('silence');
        broken.abort(silent());
      },
      () => undefined,
    );
    try {
      let isFirst = true;
      for await (const line of readLines(await connect(over))) {
        heardAtMs = clock.now();
        if (at === null || isFirst) begin(line);
        else {
          goOn(line, at);
          onFurther();
        }
        isFirst = false;
      }
    } finally {
      broken.abort();
      await listening;
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stop.signal.aborted) {
      let gotFurther = false;
      const reason = await followOnce(() => {
        gotFurther = true;
      }).then(() => 'the feed ended', textOf);
      if (stop.signal.aborted) return;
      failures = gotFurther ? 0 : failures + 1;
      if (gotFurther) log.debug({ reason }, 'the change feed broke off');
      else lose(reason);
      await clock.delay(backOffMs(failures, ids), stop.signal).catch(() => undefined);
    }
  };
  const running = run();

  return {
    position: () => at,
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error('following the change feed stops'));
      await running;
    },
  };
};
