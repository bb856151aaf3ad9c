/** The lid demo as its visitors see it: every process runs, a follower is cut, orders move, it resumes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LidStory, runLid, verdictOf } from '#bin/demo/lid/story.ts';
import { tellLid } from '#bin/demo/lid.ts';
import { openStage, type Stage } from '#bin/demo/stage.ts';
import { drawCompany } from '#simulation/company/generate.ts';

describe('a laptop is closed in the middle of a stream', () => {
  let stage: Stage;
  let story: LidStory;

  beforeAll(async () => {
    stage = await openStage({
      ...process.env,
      TRYTON_URL: '',
      NODE_ENV: 'development',
      LOG_LEVEL: 'error',
      SIMULATOR_SIZE: 'small',
    });
    story = await runLid(stage, drawCompany({ size: 'small', nowMs: Date.now() }));
  }, 120_000);
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  }, 60_000);

  test('it hears what one hears whose lid stays open: nothing missed, nothing doubled, no gap', () => {
    expect(verdictOf(story)).toEqual({ missed: 0, doubled: 0 });
    expect(story.gaps).toBe(0);
    expect(story.heard.map(({ eventId }) => eventId)).toEqual(story.witness.map(({ eventId }) => eventId));
  });

  test('what happened meanwhile comes first, marked as replayed; then it is live again', () => {
    const meanwhile = story.witness.filter(({ atMs }) => atMs > story.closedAtMs && atMs <= story.openedAtMs);
    expect(meanwhile.length).toBeGreaterThan(1);
    const after = story.heard.filter(({ atMs }) => atMs > story.closedAtMs);
    expect(after.filter(({ replayed }) => replayed).map(({ eventId }) => eventId)).toEqual(
      meanwhile.map(({ eventId }) => eventId),
    );
    expect(after.at(-1)?.replayed).toBe(false);
  });

  test("each order's sequence numbers grow by one", () => {
    for (const events of Map.groupBy(story.heard, ({ number }) => number).values()) {
      const sequences = events.map(({ sequence }) => sequence);
      expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
    }
  });

  test('the story tells the cut, the numbers and the verdict', () => {
    const lines: string[] = [];
    tellLid(story, (text) => lines.push(text));
    const told = lines.join('\n');
    for (const part of ['lid closed', 'lid opened', 'replayed', 'missed 0, doubled 0, gaps 0', ...story.orders])
      expect(told).toContain(part);
  });
});
