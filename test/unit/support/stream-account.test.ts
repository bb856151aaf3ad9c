import { describe, expect, test } from '@jest/globals';
import { complaintsOf, type Happened, type Told } from '#test/support/stream-account.ts';

const happened: readonly Happened[] = [1, 2, 3].map((sequence) => ({
  id: `o.${sequence}`,
  order: 'o',
  sequence,
  channel: 'c',
  position: sequence,
}));
const event = (sequence: number): Told => ({ kind: 'event', id: `o.${sequence}`, order: 'o', sequence });
const gap: Told = { kind: 'gap', covers: ({ position }) => position === 2 };

describe('an account of what was told', () => {
  test.each<readonly [string, readonly Told[], readonly string[]]>([
    ['all of it', [event(1), event(2), event(3)], []],
    ['a snapshot and the rest', [{ kind: 'snapshot', order: 'o', sequence: 2 }, event(3)], []],
    ['with a named gap', [event(1), gap, event(3)], []],
    ['cut, its last item again', [event(1), { kind: 'cut', repeats: ['o.1'] }, event(1), event(2), event(3)], []],
    ['one lost', [event(1), event(3)], ['lost: o 2']],
    ['the last one lost', [event(1), event(2)], ['lost: o 3']],
    ['one twice', [event(1), event(2), event(2), event(3)], ['twice: o 2']],
    [
      'one twice after an innocent cut',
      [event(1), { kind: 'cut', repeats: [] }, event(1), event(2), event(3)],
      ['twice: o 1'],
    ],
    ['out of order', [event(2), event(1), event(3)], ['lost: o 1', 'out of order or contained already: o 1']],
    [
      'what the snapshot contains',
      [{ kind: 'snapshot', order: 'o', sequence: 3 }, event(3)],
      ['out of order or contained already: o 3'],
    ],
    ['what never happened', [event(1), event(2), event(3), event(4)], ['never happened: o.4']],
  ])('%s', (_, told, complaints) => {
    expect(complaintsOf(happened, told)).toEqual(complaints);
  });
});
