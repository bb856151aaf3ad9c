/** Several connections of one system: who is waited for, and what one that fails costs. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAsker } from '#runtime/inlet/ask.ts';
import { inGroups } from '#runtime/inlet/in-groups.ts';
import type { Log } from '#runtime/log.ts';
import { silentLog } from '#runtime/log.ts';
import type { Reading } from '#runtime/reading/reading.ts';

type Source = { readonly connection: string; readonly says: () => Promise<string | null> };

const knows = (connection: string, value: string): Source => ({ connection, says: async () => value });
const knowsNot = (connection: string): Source => ({ connection, says: async () => null });
const fails = (connection: string): Source => ({
  connection,
  says: async () => {
    throw new Error(`${connection} is down`);
  },
});
const hangs = (connection: string): Source => ({ connection, says: () => new Promise(() => {}) });

const read = async ({ says }: Source): Promise<Reading<string>> => ({ value: await says(), readAtMs: 1, cache: 'HIT' });

describe('the first that knows it', () => {
  const firstOf = async (...sources: readonly Source[]) => {
    const found = await createAsker({ log: silentLog }).first(sources, read);
    return found && `${found.connection}: ${found.value}`;
  };

  test('is the first configured, not the first to answer', async () => {
    const slow: Source = { connection: 'a', says: () => new Promise((resolve) => setImmediate(() => resolve('A'))) };
    expect(await firstOf(slow, knows('b', 'B'))).toBe('a: A');
  });

  test('later ones are not waited for', async () => {
    expect(await firstOf(knows('a', 'A'), hangs('b'))).toBe('a: A');
    expect(await firstOf(knowsNot('a'), knows('b', 'B'), hangs('c'))).toBe('b: B');
  });

  test('one that fails is passed over', async () => {
    expect(await firstOf(fails('a'), knows('b', 'B'))).toBe('b: B');
  });

  test('nobody knows it only when all say so', async () => {
    expect(await firstOf(knowsNot('a'), knowsNot('b'))).toBeNull();
    expect(await firstOf()).toBeNull();
    await expect(firstOf(knowsNot('a'), fails('b'))).rejects.toThrow('b is down');
    await expect(firstOf(fails('a'), fails('b'))).rejects.toThrow('a is down');
  });
});

describe('all', () => {
  const allOf = (...sources: readonly Source[]) => createAsker({ log: silentLog }).all(sources, ({ says }) => says());

  test('answers of those that answered, with the first failure beside them', async () => {
    expect(await allOf(knows('a', 'A'), fails('b'), knows('c', 'C'))).toMatchObject({
      answers: [
        { connection: 'a', answer: 'A' },
        { connection: 'c', answer: 'C' },
      ],
      failure: { message: 'b is down' },
    });
  });

  test('no answer at all is a failure, nobody to ask is not', async () => {
    await expect(allOf(fails('a'), fails('b'))).rejects.toThrow('a is down');
    expect(await allOf()).toEqual({ answers: [], failure: undefined });
  });

  test('a connection that fails for many keys is complained about once in a request', async () => {
    const complaints: unknown[] = [];
    const log: Log = { ...silentLog, warn: (details: unknown) => complaints.push(details) };
    const asker = createAsker({ log });
    await Promise.all([1, 2, 3].map(() => asker.all([knows('a', 'A'), fails('b')], ({ says }) => says())));
    expect(complaints).toEqual([{ connection: 'b', error: 'Error: b is down' }]);
  });
});

test('keys are read in one call per group, and answered in their own order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.integer())), async (keys) => {
      const groups: string[] = [];
      const answers = await inGroups(
        keys,
        ([group]) => group,
        async (group) => {
          groups.push(group[0][0]);
          return group.map(([name, number]) => `${name}${number}`);
        },
      );
      expect(answers).toEqual(keys.map(([name, number]) => `${name}${number}`));
      expect(groups.toSorted()).toEqual([...new Set(keys.map(([group]) => group))].toSorted());
    }),
  );
});
