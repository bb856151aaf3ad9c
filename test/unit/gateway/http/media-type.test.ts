import { describe, expect, test } from '@jest/globals';
import { createNegotiation } from '#gateway/http/media-type.ts';

const GRAPHQL = ['application/graphql-response+json; charset=utf-8', 400];
const JSON_BY_NAME = ['application/json; charset=utf-8', 200];
const ANYTHING = ['application/json; charset=utf-8', 400];

describe('what a caller takes', () => {
  test.each([
    [undefined, ANYTHING],
    ['', ANYTHING],
    ['*/*', ANYTHING],
    ['application/*', ANYTHING],
    ['text/html, */*;q=0.1', ANYTHING],
    ['application/json', JSON_BY_NAME],
    ['Application/JSON; charset="UTF-8"', JSON_BY_NAME],
    ['application/json, */*', JSON_BY_NAME],
    ['application/graphql-response+json', GRAPHQL],
    ['application/graphql-response+json;charset=utf-8, application/json;q=0.9', GRAPHQL],
    ['application/json, application/graphql-response+json', GRAPHQL],
    ['application/json, application/graphql-response+json;q=0.5', JSON_BY_NAME],
    ['application/graphql-response+json;q=0, application/json', JSON_BY_NAME],
    ['*/*, application/json;q=0', GRAPHQL],
    ['text/html', null],
    ['application/json;q=0', null],
    ['application/json;q=2', null],
    ['application/json;charset=utf-16', null],
    ['*/*;q=0', null],
  ])('%j', (accept, expected) => {
    const negotiate = createNegotiation();
    for (let turn = 0; turn < 2; turn += 1) {
      const form = negotiate(accept);
      expect(form && [form.contentType, form.mistakeStatus]).toEqual(expected);
    }
  });

  test('is remembered within bounds, whatever comes', () => {
    const negotiate = createNegotiation();
    for (let turn = 0; turn < 1_000; turn += 1) expect(negotiate(`text/x-${turn}`)).toBeNull();
    expect(negotiate('application/json')?.mistakeStatus).toBe(200);
  });
});
