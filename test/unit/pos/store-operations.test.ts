import { describe, expect, it } from '@jest/globals';
import { inputErrors } from '#subgraphs/pos/store-operations.ts';

describe('what stores ask for', () => {
  it.each([
    [{}, []],
    [{ idempotencyKey: 'k'.repeat(200), foundQuantity: 0 }, []],
    [{ idempotencyKey: '  ' }, ['input.idempotencyKey']],
    [{ idempotencyKey: 'k'.repeat(201) }, ['input.idempotencyKey']],
    [{ foundQuantity: -1 }, ['input.foundQuantity']],
    [{ idempotencyKey: '', foundQuantity: -1 }, ['input.idempotencyKey', 'input.foundQuantity']],
  ])('%j: %j', (rest, paths) => {
    const errors = inputErrors({ taskId: 'T', idempotencyKey: 'k', ...rest });
    expect(errors.map(({ path }) => path?.join('.'))).toEqual(paths);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(paths.length > 0 ? ['BAD_INPUT'] : []));
  });
});
