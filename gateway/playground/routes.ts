/** The playground: one page, served from here, that asks nothing of any other server. Development only. */
import { readFileSync } from 'node:fs';
import type { Route } from '#runtime/http/routes.ts';
import type { Ids } from '#runtime/ids.ts';
import type { SampleOperation } from './samples.ts';

const page = readFileSync(new URL('./page.html', import.meta.url), 'utf8');

export type PlaygroundOptions = { readonly graphqlPath: string; readonly samples: readonly SampleOperation[] };

/** JSON that cannot end the script element it stands in. */
const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

export const playgroundRoutes = (options: PlaygroundOptions, deps: { readonly ids: Ids }): readonly Route[] => [
  {
    method: 'GET',
    path: '/',
    handle: () => {
      const nonce = deps.ids.token(16);
      const settings = inScript({ path: options.graphqlPath, samples: options.samples });
      return {
        status: 200,
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
          'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
        },
        body: page.replaceAll('{{nonce}}', nonce).replace('{{settings}}', () => settings),
      };
    },
  },
];
