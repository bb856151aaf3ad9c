import { expect, test } from '@jest/globals';
import { playgroundRoutes } from '#gateway/playground/routes.ts';
import { toSample } from '#gateway/playground/samples.ts';
import { systemIds } from '#runtime/ids.ts';

test('a saved operation may bring example variables in a comment', () => {
  expect(
    toSample(
      'order-page.graphql',
      '# An order.\n# variables: {"id": "1"}\nquery A($id: ID!) { order(id: $id) { id } }\n',
    ),
  ).toEqual({
    name: 'order-page',
    query: '# An order.\nquery A($id: ID!) { order(id: $id) { id } }\n',
    variables: '{\n  "id": "1"\n}',
  });
  expect(toSample('a.graphql', '{ a }').variables).toBe('{}');
});

test('a sample cannot break out of the page, and every script carries the nonce of its answer', async () => {
  const [route] = playgroundRoutes(
    {
      graphqlPath: '/graphql',
      samples: [{ name: '</script><script>alert(1)</script>$&', query: '{ a }', variables: '{}' }],
    },
    { ids: systemIds },
  );
  const ask = async () => route?.handle({} as never);
  const [first, second] = [await ask(), await ask()];
  expect(first?.body).not.toContain('</script><script>alert');
  expect(first?.body).toContain('$&');
  expect(first?.body).not.toContain('{{');
  const nonce = /script-src 'nonce-([^']+)'/.exec(first?.headers?.['content-security-policy'] ?? '')?.[1];
  expect(first?.body).toContain(`<script nonce="${nonce}">`);
  expect(second?.body).not.toContain(`nonce="${nonce}"`);
});
