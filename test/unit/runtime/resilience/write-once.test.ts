import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '#runtime/failure.ts';
import { writeOnce } from '#runtime/resilience/write-once.ts';
import { createTestClock } from '#test/support/clock.ts';
import { call, ids } from './setup.ts';

const broken = (sent: boolean) => new Failure('UPSTREAM_UNAVAILABLE', 'could not be reached', { sent });
const refused = new Failure('UPSTREAM_REFUSED', 'no such item');

/** What becomes of a send: written and told, written but the answer lost, lost on the way, never left, refused. */
type Fate = 'told' | 'reply-lost' | 'lost' | 'unsent' | 'refused';
type Look = 'answers' | 'down';

const play = async (fates: readonly Fate[], looks: readonly Look[], deadlineInMs: number | null = null) => {
  const clock = createTestClock();
  let written = 0;
  let sends = 0;
  let looked = 0;
  const outcome = writeOnce(
    {
      connection: 'wms-main',
      businessKey: 'shipment ORD-1/2',
      send: async () => {
        const fate = fates[sends++] ?? 'told';
        if (fate === 'told' || fate === 'reply-lost') written += 1;
        if (fate === 'told') return 'written';
        throw fate === 'refused' ? refused : broken(fate !== 'unsent');
      },
      find: async () => {
        if (looks[looked++ % Math.max(1, looks.length)] === 'down') throw broken(true);
        return written > 0 ? 'found' : null;
      },
    },
    call(deadlineInMs === null ? {} : { deadlineMs: clock.now() + deadlineInMs }),
    { clock, ids },
  ).then(
    (result) => result,
    (error: Failure) => error,
  );
  await clock.advance(600_000);
  return { outcome: await outcome, written, sends, looked };
};

describe('a write', () => {
  test('that is answered is not looked up', async () => {
    expect(await play(['told'], ['answers'])).toEqual({ outcome: 'written', written: 1, sends: 1, looked: 0 });
  });

  test('whose answer was lost is found and not sent again', async () => {
    expect(await play(['reply-lost'], ['answers'])).toEqual({ outcome: 'found', written: 1, sends: 1, looked: 1 });
  });

  test('that was lost is sent again, once it has twice been looked for in vain', async () => {
    expect(await play(['lost'], ['answers'])).toEqual({ outcome: 'written', written: 1, sends: 2, looked: 2 });
  });

  test('is looked for until the system is back', async () => {
    expect(await play(['reply-lost'], ['down', 'down', 'down', 'answers'])).toMatchObject({
      outcome: 'found',
      looked: 4,
    });
  });

  test('that was refused or never left fails as it is', async () => {
    expect((await play(['refused'], ['answers'])).outcome).toBe(refused);
    expect(await play(['unsent'], ['answers'])).toMatchObject({ outcome: { code: 'UPSTREAM_UNAVAILABLE' }, looked: 0 });
  });

  test('that is lost three times is given up, and known not to be there', async () => {
    expect(await play(['lost', 'lost', 'lost'], ['answers'])).toMatchObject({
      outcome: { code: 'UPSTREAM_UNAVAILABLE', details: { sent: false } },
      sends: 3,
    });
  });

  test('of which nobody can tell names its business key', async () => {
    expect(await play(['reply-lost'], ['down'], 20_000)).toMatchObject({
      outcome: {
        code: 'WRITE_UNCERTAIN',
        message: expect.stringContaining('shipment ORD-1/2'),
        details: { sent: true },
      },
      sends: 1,
    });
  });

  test('takes effect at most once, and says what is true', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Fate>('told', 'reply-lost', 'lost', 'unsent', 'refused'), { maxLength: 4 }),
        fc.array(fc.constantFrom<Look>('answers', 'down'), { minLength: 1, maxLength: 6 }),
        fc.option(fc.integer({ min: 1, max: 30_000 })),
        async (fates, looks, deadlineInMs) => {
          const { outcome, written } = await play(fates, looks, deadlineInMs);
          expect(written).toBeLessThanOrEqual(1);
          if (typeof outcome === 'string') expect(written).toBe(1);
          else if (outcome.code !== 'WRITE_UNCERTAIN') expect(written).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
