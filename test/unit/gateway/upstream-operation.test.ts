import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, print, validate } from 'graphql';
import { askForPosition } from '#gateway/subscriptions/cursor.ts';
import { createUpstreamOperation } from '#gateway/subscriptions/upstream-operation.ts';

const schema = buildSchema(`
  scalar EventCursor
  type Query { a: Int }
  type Subscription {
    items(id: ID!, after: EventCursor, only: String): Item!
    plain(id: ID!): Plain!
    one(after: EventCursor!): Moved!
  }
  union Item = Moved | Lagged | Notice
  type Moved { cursor: EventCursor!, status: String! }
  type Lagged { from: EventCursor, to: EventCursor!, missed: Int }
  type Notice { text: String!, cursor: String! }
  type Plain { status: String! }
`);
const RESUME = { name: 'after', type: 'EventCursor' };
const compact = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('asking for the position', () => {
  test('of every type that tells one by the type of its field, and of no other', () => {
    const { document, alias } = askForPosition(
      schema,
      parse('subscription { items(id: 1) { ... on Notice { text } } }'),
    );
    expect(alias).toBe('streamPosition');
    expect(compact(print(document))).toBe(
      'subscription { items(id: 1) { ... on Notice { text } ... on Moved { streamPosition: cursor } ... on Lagged { streamPosition: to } } }',
    );
    expect(validate(schema, document)).toEqual([]);
  });

  test('of an object type, also where the root field stands in a fragment', () => {
    const { document } = askForPosition(
      schema,
      parse('subscription { ...F } fragment F on Subscription { one(after: "x") { status } }'),
    );
    expect(compact(print(document))).toContain('one(after: "x") { status streamPosition: cursor }');
    expect(validate(schema, document)).toEqual([]);
  });

  test('under a name the client does not use', () => {
    const { alias } = askForPosition(
      schema,
      parse('subscription { one(after: "x") { streamPosition: status streamPosition_: status } }'),
    );
    expect(alias).toBe('streamPosition__');
  });

  test('leaves a stream without positions as it is', () => {
    const document = parse('subscription { plain(id: 1) { status } }');
    expect(askForPosition(schema, document)).toEqual({ document, alias: null });
  });
});

describe('the operation sent to the subgraph', () => {
  test('takes the cursor in a variable of its own, whatever the client wrote', () => {
    const written = [
      'subscription S($id: ID!, $after: EventCursor) { items(id: $id, after: $after) { __typename } }',
      'subscription S($id: ID!) { items(id: $id, after: "c1") { __typename } }',
      'subscription S($id: ID!) { items(id: $id) { __typename } }',
    ];
    const operations = written.map((operation) => createUpstreamOperation({ operation, operationName: 'S' }, RESUME));
    expect(new Set(operations.map(({ query }) => query)).size).toBe(1);
    for (const operation of operations) {
      expect(operation).toMatchObject({
        operationName: 'S',
        variableNames: ['id'],
        resumeVariable: 'resumeAfter',
        responseName: 'items',
      });
      expect(validate(schema, parse(operation.query))).toEqual([]);
    }
  });

  test("keeps the client's variable where something else uses it too", () => {
    const operation = createUpstreamOperation(
      {
        operation:
          'subscription($after: EventCursor, $resumeAfter: String) { items(id: 1, after: $after, only: $resumeAfter) { ... on Moved { status } ... @include(if: true) { __typename } } }',
      },
      RESUME,
    );
    expect(operation.resumeVariable).toBe('resumeAfter_');
    expect(operation.variableNames).toEqual(['resumeAfter']);
    expect(validate(schema, parse(operation.query))).toEqual([]);
  });

  test('is left alone where the stream cannot resume', () => {
    const operation = createUpstreamOperation(
      { operation: 'subscription($id: ID!) { p: plain(id: $id) { status } }' },
      null,
    );
    expect(operation).toMatchObject({ variableNames: ['id'], resumeVariable: null, responseName: 'p' });
  });
});
