/** What stores do with pickups, in GraphQL, over two tills. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { locationIdOf, variantIdOf } from '#model/identifiers.ts';
import { openTwoTills, type TwoTills } from './two-tills.ts';

let tills: TwoTills;
beforeEach(async () => {
  tills = await openTwoTills();
});
afterEach(async () => {
  await tills[Symbol.asyncDispose]();
});

describe('store operations', () => {
  const STAFF = ['store:operate', 'ops:read'];
  const PAYLOAD = `{
    task { id state readyAt collectedAt lines { id quantity variant { id } } stamp { system cache version } }
    userErrors { code message path }
  }`;
  const READY = `mutation ($input: PickupTaskInput!) { done: markReadyForPickup(input: $input) ${PAYLOAD} }`;
  const COLLECTED = `mutation ($input: PickupTaskInput!) { done: confirmCollected(input: $input) ${PAYLOAD} }`;
  const SHORT = `mutation ($input: ShortPickInput!) { done: reportShortPick(input: $input) ${PAYLOAD} }`;
  type Done = {
    readonly data: {
      readonly done: {
        readonly task: {
          readonly state: string;
          readonly lines: readonly { readonly id: string; readonly quantity: number }[];
        } | null;
        readonly userErrors: readonly { readonly code: string; readonly path: readonly string[] }[];
      };
    } | null;
    readonly errors?: readonly { readonly message: string }[];
  };
  const operate = (mutation: string, input: Record<string, unknown>, scopes = STAFF): Promise<Done> =>
    tills.ask(mutation, { input }, scopes);

  /** A pickup of three units at the second till. */
  const newTask = async (): Promise<string> => {
    const sold = { locationCode: 'ST-BERLIN', sku: 'P1000-S', quantity: 3 };
    const { orderId } = (await tills.second.act({ kind: 'pickupOrder', reference: 'WEB-55', ...sold })) as {
      readonly orderId: string;
    };
    return orderId;
  };

  it.each([
    [['store:operate'], 'ops:read'],
    [['ops:read'], 'store:operate'],
    [['ops:write', 'orders:read'], 'store:operate'],
  ])('with the scopes %j it lacks "%s"', async (scopes, missing) => {
    const result = await operate(READY, { taskId: await newTask(), idempotencyKey: 'k' }, scopes);
    expect(result.errors?.[0]?.message).toContain(`"${missing}"`);
  });

  it('the till that knows the pickup does it, and what was read before is not shown again', async () => {
    const taskId = await newTask();
    const shown = async () => (await tills.ask(`{ pickupTask(id: "${taskId}") { state } }`)).data;
    expect(await shown()).toEqual({ pickupTask: { state: 'REQUESTED' } });
    expect(await operate(READY, { taskId, idempotencyKey: 'a' })).toEqual({
      data: {
        done: {
          task: {
            id: taskId,
            state: 'READY',
            readyAt: new Date(tills.clock.now()).toISOString(),
            collectedAt: null,
            lines: [{ id: expect.any(String), quantity: 3, variant: { id: variantIdOf('P1000-S') } }],
            stamp: { system: 'pos-outlet', cache: 'MISS', version: '2' },
          },
          userErrors: [],
        },
      },
    });
    expect(await shown()).toEqual({ pickupTask: { state: 'READY' } });
    expect((await operate(COLLECTED, { taskId, idempotencyKey: 'b' })).data?.done.task?.state).toBe('COLLECTED');
    expect(await shown()).toEqual({ pickupTask: { state: 'COLLECTED' } });
    expect((await tills.first.ledger()).writes).toEqual({});
  });

  it('what cannot be done is said with the argument that it is about', async () => {
    const taskId = await newTask();
    const { data } = await operate(READY, { taskId, idempotencyKey: 'a' });
    const lineId = data?.done.task?.lines[0]?.id;
    const told = async (mutation: string, input: Record<string, unknown>) => {
      const { data: answer, errors } = await operate(mutation, input);
      expect(errors).toBeUndefined();
      return answer?.done.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);
    };
    const short = { taskId, lineId, foundQuantity: 1, idempotencyKey: 's' };
    expect(await told(READY, { taskId: 'no-such', idempotencyKey: 'k' })).toEqual(['NOT_FOUND input.taskId']);
    expect(await told(READY, { taskId, idempotencyKey: '' })).toEqual(['BAD_INPUT input.idempotencyKey']);
    expect(await told(COLLECTED, { taskId, idempotencyKey: 'a' })).toEqual([
      'IDEMPOTENCY_CONFLICT input.idempotencyKey',
    ]);
    expect(await told(SHORT, { ...short, foundQuantity: -1 })).toEqual(['BAD_INPUT input.foundQuantity']);
    expect(await told(SHORT, { ...short, foundQuantity: 3 })).toEqual(['BAD_INPUT input.foundQuantity']);
    expect(await told(SHORT, { ...short, lineId: 'no-such' })).toEqual(['BAD_INPUT input.lineId']);
    expect(await told(SHORT, short)).toEqual([]);
    expect(await told(READY, { taskId, idempotencyKey: 'z' })).toEqual(['TASK_STATE input.taskId']);
  });

  it("after a short pick the item's count is read anew", async () => {
    const taskId = await newTask();
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const at = locationIdOf('ST-BERLIN');
    const counted = async () => {
      const source = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Variant { posStock(locationIds: ["${at}"]) { onHand stamp { system } } } } }`;
      const { data } = await tills.ask(source, { of });
      const { _entities: entities } = data as {
        _entities: { posStock: { onHand: string; stamp: { system: string } }[] }[];
      };
      return entities[0]?.posStock.find(({ stamp }) => stamp.system === 'pos-outlet')?.onHand;
    };
    expect(Number(await counted())).toBeGreaterThan(1);
    const task: { readonly data: { readonly pickupTask: { readonly lines: readonly { readonly id: string }[] } } } =
      await tills.ask(`{ pickupTask(id: "${taskId}") { lines { id } } }`);
    const lineId = task.data.pickupTask.lines[0]?.id;
    const { data } = await operate(SHORT, { taskId, lineId, foundQuantity: 1, idempotencyKey: 's' });
    expect(data?.done.task?.state).toBe('SHORT');
    expect(await counted()).toBe('1');
  });

  it('a till that does not answer is an error of the field', async () => {
    const taskId = await newTask();
    await tills.ask(`{ pickupTask(id: "${taskId}") { state } }`); // which till it is
    await tills.second.addFault({ kind: 'throttle', retryAfterMs: 60_000 });
    const { data, errors } = await operate(READY, { taskId, idempotencyKey: 'a' });
    expect(data).toBeNull();
    expect(errors?.map(({ message }) => message)).toEqual([expect.stringContaining('pos-outlet')]);
    expect((await tills.second.ledger()).writes).toEqual({});
  });
});
