/** What stores do with pickups: the till is found, asked to do it, and what was read of the pickup before is dropped. */
import { tags } from '#model/tags.ts';
import type { Clock } from '#runtime/clock.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import { provenanceOf } from '#runtime/graphql/stamp.ts';
import type { PickupTaskInput, ShortPickInput, UserError } from '#schema/generated/pos.ts';
import type { PickupTaskParent } from './parents.ts';
import type { PickupOutcome, PickupRefusal } from './port.ts';
import type { PosConnection } from './readings.ts';

const LONGEST_KEY = 200;

export type StoreOperationsDeps = {
  readonly connections: readonly PosConnection[];
  readonly clock: Clock;
  /** The pickup with the till that knows it; null when none does. Rejects when one that may know it did not answer. */
  find(taskId: string, context: RequestContext): Promise<PickupTaskParent | null>;
};

export type OperationPayload = { readonly task: PickupTaskParent | null; readonly userErrors: readonly UserError[] };

export type StoreOperations = {
  markReady(input: PickupTaskInput, context: RequestContext): Promise<OperationPayload>;
  confirmCollected(input: PickupTaskInput, context: RequestContext): Promise<OperationPayload>;
  reportShort(input: ShortPickInput, context: RequestContext): Promise<OperationPayload>;
};

/** What a refusal is called where the caller can act on it, and which argument it is about. */
const REFUSALS: Readonly<Record<PickupRefusal, { readonly code: string; readonly argument: string }>> = {
  UNKNOWN_TASK: { code: 'NOT_FOUND', argument: 'taskId' },
  UNKNOWN_LINE: { code: 'BAD_INPUT', argument: 'lineId' },
  QUANTITY: { code: 'BAD_INPUT', argument: 'foundQuantity' },
  WRONG_STATE: { code: 'TASK_STATE', argument: 'taskId' },
  PAYMENT_DUE: { code: 'PAYMENT_DUE', argument: 'taskId' },
  KEY_REUSED: { code: 'IDEMPOTENCY_CONFLICT', argument: 'idempotencyKey' },
  NOT_OPERABLE: { code: 'NOT_SUPPORTED', argument: 'taskId' },
};

const userError = (code: string, message: string, argument: string): UserError => ({
  code,
  message,
  path: ['input', argument],
});

/** Pure: everything wrong with the input at once. */
export const inputErrors = (input: PickupTaskInput & Partial<ShortPickInput>): readonly UserError[] => {
  const { foundQuantity = 0, idempotencyKey } = input;
  const errors: UserError[] = [];
  if (idempotencyKey.trim() === '' || idempotencyKey.length > LONGEST_KEY) {
    errors.push(userError('BAD_INPUT', `idempotencyKey: 1 to ${LONGEST_KEY} characters.`, 'idempotencyKey'));
  }
  if (foundQuantity < 0) {
    errors.push(userError('BAD_INPUT', `foundQuantity: 0 or more, not ${foundQuantity}.`, 'foundQuantity'));
  }
  return errors;
};

/** Null: the till does not offer it. */
type Ask = (connection: PosConnection, context: RequestContext) => Promise<PickupOutcome> | null;

export const createStoreOperations = ({ clock, connections, find }: StoreOperationsDeps): StoreOperations => {
  const operate = async (
    input: PickupTaskInput & Partial<ShortPickInput>,
    context: RequestContext,
    ask: Ask,
  ): Promise<OperationPayload> => {
    const wrong = inputErrors(input);
    if (wrong.length > 0) return { task: null, userErrors: wrong };
    // Store staff wait, whatever the purpose of the request.
    const call: RequestContext = { ...context, callClass: 'CHECKOUT' };
    const known = await find(input.taskId, call);
    const connection = connections.find((candidate) => candidate.connection === known?.connection);
    if (!known || !connection) {
      return { task: null, userErrors: [userError('NOT_FOUND', `No till knows "${input.taskId}".`, 'taskId')] };
    }
    const askedAtMs = clock.now();
    const asked = ask(connection, call);
    if (asked === null) {
      const message = `${connection.connection} does not offer this; do it at the till.`;
      return { task: known, userErrors: [userError('NOT_SUPPORTED', message, 'taskId')] };
    }
    const line = known.lines.find(({ id }) => id === input.lineId);
    const changed = [
      tags.document(connection.connection, 'pickup', input.taskId),
      ...(line?.sku === undefined ? [] : [tags.stock(line.sku)]),
    ];
    // Also after a failure: what was read before says nothing any more.
    const outcome = await asked.finally(() => connection.shelf.drop(changed));
    const provenance = provenanceOf(connection.connection, { cache: 'MISS', readAtMs: askedAtMs });
    const task = outcome.task && { ...outcome.task, ...provenance };
    if (outcome.outcome === 'DONE') return { task, userErrors: [] };
    const { argument, code } = REFUSALS[outcome.reason];
    return { task, userErrors: [userError(code, outcome.message, argument)] };
  };

  return {
    markReady: (input, context) => operate(input, context, ({ port }, call) => port.markReady?.(input, call) ?? null),
    confirmCollected: (input, context) =>
      operate(input, context, ({ port }, call) => port.confirmCollected?.(input, call) ?? null),
    reportShort: (input, context) =>
      operate(input, context, ({ port }, call) => port.reportShort?.(input, call) ?? null),
  };
};
