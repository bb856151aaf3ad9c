import { expect, test } from '@jest/globals';
import { once } from '#runtime/graphql/once.ts';

test('the same thing is asked for once, failures included', async () => {
  const asked: string[] = [];
  const read = once(
    (key: { readonly name: string }) => key.name,
    async ({ name }) => {
      asked.push(name);
      if (name === 'bad') throw new Error('no');
      return name.toUpperCase();
    },
  );
  const answers = await Promise.allSettled(['a', 'b', 'a', 'bad', 'bad'].map((name) => read({ name })));
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'failed'))).toEqual([
    'A',
    'B',
    'A',
    'failed',
    'failed',
  ]);
  expect(asked).toEqual(['a', 'b', 'bad']);
});
