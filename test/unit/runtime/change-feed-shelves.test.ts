import { expect, test } from '@jest/globals';
import { connectShelves } from '#runtime/inlet/change-feed-shelves.ts';

test('every shelf hears what changed and what may have been missed', () => {
  const heard: unknown[] = [];
  const connectionOf = (name: string) => ({
    shelf: {
      drop: (tags: readonly string[]) => heard.push([name, tags]),
      distrust: () => heard.push([name, 'distrust']),
    },
  });
  const follower = connectShelves([connectionOf('erp-main'), connectionOf('erp-second')], (given) => given);
  follower.changed(['variant:A']);
  follower.missed();
  expect(heard).toEqual([
    ['erp-main', ['variant:A']],
    ['erp-second', ['variant:A']],
    ['erp-main', 'distrust'],
    ['erp-second', 'distrust'],
  ]);
});
