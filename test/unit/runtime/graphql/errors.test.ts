import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { Failure } from '#runtime/failure.ts';
import { createErrorFormatter } from '#runtime/graphql/errors.ts';
import { type Log, silentLog } from '#runtime/log.ts';

const recording = (): { readonly log: Log; readonly entries: unknown[] } => {
  const entries: unknown[] = [];
  return {
    log: {
      ...silentLog,
      error: (entry: unknown) => void entries.push(entry),
      child: () => silentLog,
    } as unknown as Log,
    entries,
  };
};

const format = createErrorFormatter({ log: silentLog });

describe('what a caller is told', () => {
  test('a failure thrown by a resolver: its message, its code and what helps', () => {
    const failure = new Failure('UPSTREAM_RATE_LIMITED', 'Wait.', {
      system: 'erp-main',
      retryAfterMs: 10,
      field: 'sku',
      cause: new Error('secret'),
    });
    const thrown = new GraphQLError('Wait.', { originalError: failure, path: ['a', 0] });
    expect(format(thrown, 'id-1')).toEqual({
      message: 'Wait.',
      path: ['a', 0],
      extensions: {
        code: 'UPSTREAM_RATE_LIMITED',
        system: 'erp-main',
        retryAfterMs: 10,
        field: 'sku',
        correlationId: 'id-1',
      },
    });
    expect(format(failure, 'id-1')).toMatchObject({ message: 'Wait.', extensions: { code: 'UPSTREAM_RATE_LIMITED' } });
  });

  test('a mistake in the request keeps the code of the GraphQL layer', () => {
    for (const code of ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'BAD_REQUEST']) {
      expect(format(new GraphQLError('Look here.', { extensions: { code } }), 'i')).toEqual({
        message: 'Look here.',
        extensions: { code, correlationId: 'i' },
      });
    }
  });

  test('a failure passed on by a subgraph keeps what the catalogue allows and nothing else', () => {
    const passed = new GraphQLError('Down.', {
      extensions: { code: 'CIRCUIT_OPEN', serviceName: 'erp', system: 'erp-main', host: '10.0.0.1', stacktrace: ['x'] },
    });
    expect(format(passed, 'i').extensions).toEqual({
      code: 'CIRCUIT_OPEN',
      serviceName: 'erp',
      system: 'erp-main',
      correlationId: 'i',
    });
  });

  test.each([
    ['a plain error', new Error('at /srv/app.ts')],
    ['an error in a resolver', new GraphQLError('at /srv/app.ts', { originalError: new Error('at /srv/app.ts') })],
    ['an unknown code', new GraphQLError('at /srv/app.ts', { extensions: { code: 'ECONNREFUSED' } })],
    [
      'a code that is a property of every object',
      new GraphQLError('at /srv/app.ts', { extensions: { code: 'constructor' } }),
    ],
    [
      'a query of the gateway that a subgraph finds invalid',
      new GraphQLError('at /srv/app.ts', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', serviceName: 'erp' } }),
    ],
    ['a value that is no error', 'at /srv/app.ts'],
  ])('%s is masked, and logged under the correlation id', (_, error) => {
    const { log, entries } = recording();
    const formatted = createErrorFormatter({ log })(error, 'id-7');
    expect(formatted.message).not.toContain('/srv');
    expect(formatted.extensions).toMatchObject({ code: 'INTERNAL', correlationId: 'id-7' });
    expect(entries).toEqual([expect.objectContaining({ correlationId: 'id-7' })]);
  });
});
