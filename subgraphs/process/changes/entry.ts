/**
 * What the journal tells everyone who keeps copies: the tags of the things that a transaction changed. Written in that
 * transaction, so that nothing changes without it being told.
 */
import { tags } from '#model/tags.ts';
import { coarseTag } from '#runtime/inlet/change-feed.ts';
import {
  AVAILABILITY_CHANNEL,
  AVAILABILITY_ENTRY,
  type AvailabilityPayload,
} from '#subgraphs/process/availability/announce.ts';
import type { ChannelEntry } from '#subgraphs/process/intake/applier.ts';

export const CHANGES_CHANNEL = 'changes';
/** A follower that was away for longer has to distrust its copies anyway: they have outlived their bounds by then. */
export const CHANGES_RETENTION_MS = 3_600_000;

export type ChangesPayload = { readonly tags: readonly string[] };

const SUBJECT = `channel/${CHANGES_CHANNEL}`;
const TYPE = 'CHANGED';
const MOST_TAGS = 1_000;

const kindOf = (tag: string): string => tag.slice(0, tag.indexOf(':'));

/** The distinct tags; where they are too many, the kinds that have most of them become one coarse tag each. */
export const boundedTags = (touched: readonly string[]): readonly string[] => {
  const distinct = new Set(touched);
  let count = distinct.size;
  return [...Map.groupBy(distinct, kindOf)]
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([kind, own]) => {
      if (count <= MOST_TAGS) return own;
      count += 1 - own.length;
      return [coarseTag(kind)];
    });
};

/**
 * Tags of the items that some channel is told another thing of: also where holds, demand, rules or a part of a bundle
 * changed it, and no number of its own.
 */
export const answerTags = (entries: readonly ChannelEntry[]): readonly string[] =>
  entries.flatMap(({ channel, payload, subject, type }) =>
    channel === AVAILABILITY_CHANNEL &&
    type === AVAILABILITY_ENTRY &&
    Object.keys((payload as AvailabilityPayload).channels).length > 0
      ? [tags.availability(subject)]
      : [],
  );

/** The entry for these changes; none when nothing changed. */
export const changesEntries = (touched: readonly string[], correlationId: string): readonly ChannelEntry[] =>
  touched.length === 0
    ? []
    : [
        {
          channel: CHANGES_CHANNEL,
          subject: SUBJECT,
          type: TYPE,
          payload: { tags: boundedTags(touched) } satisfies ChangesPayload,
          correlationId,
        },
      ];
