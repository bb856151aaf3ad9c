/** Reference pages that are printed from the code they describe. */
import { FAILURES } from '#runtime/failure.ts';
import { configurationPage } from './configuration-page.ts';

const failuresPage = (): string => {
  const entries = Object.entries(FAILURES).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const sections = entries.map(
    ([code, { since, meaning, remedy }]) => `## ${code}\n\n${meaning}\n\n**What to do:** ${remedy}\n\nSince ${since}.`,
  );
  return [
    '# Failures',
    '',
    'Printed from `runtime/failure.ts` by `npm run generate`. Do not edit.',
    '',
    'Every error a caller sees carries one of these codes in `extensions.code`, with `correlationId` beside it and, where it helps, `system`, `field` and `retryAfterMs`. Outcomes a caller can act on (too little stock, a refused hold) are data in the schema instead. Errors of GraphQL itself (`GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED` ...) keep their usual codes.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
};

/** Path from the project root to the text it must hold. */
export const referencePages = (): Readonly<Record<string, string>> => ({
  'docs/reference/configuration.md': configurationPage(),
  'docs/reference/failures.md': failuresPage(),
});
