/** Runs subscriptions of a plain schema: what a subgraph does. */
import {
  createSourceEventStream,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { createRequestContext, type RequestContext } from './context.ts';
import type { ErrorFormatter } from './errors.ts';
import {
  checkVariables,
  type OpenSubscription,
  prepareSubscription,
  type ResultStream,
  type Subscriber,
} from './subscriptions.ts';

/** Loaders are renewed per event: what one event loaded may be old by the next. */
const contextFor = (subscriber: Subscriber, signal: AbortSignal): RequestContext =>
  createRequestContext({
    identity: subscriber.identity,
    ...(subscriber.authorization === undefined ? {} : { authorization: subscriber.authorization }),
    callerAddress: subscriber.callerAddress,
    correlationId: subscriber.correlationId,
    signal,
    ...(subscriber.freshness === undefined ? {} : { freshness: subscriber.freshness }),
  });

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

export const createSchemaSubscriptions =
  (schema: GraphQLSchema, maxTokens: number, formatError: ErrorFormatter): OpenSubscription =>
  async (request, subscriber) => {
    const preparation = prepareSubscription(schema, request, maxTokens);
    if (preparation.kind === 'refused') return preparation;
    const { document } = preparation;
    const checked = checkVariables(schema, preparation.operation, request.variables);
    if (checked.kind === 'refused') return checked;
    const over = new AbortController();
    const signal = AbortSignal.any([subscriber.signal, over.signal]);
    const args = {
      schema,
      document,
      variableValues: request.variables,
      ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
    };
    const source = await createSourceEventStream({ ...args, contextValue: contextFor(subscriber, signal) });
    if (!isAsyncIterable(source)) return { kind: 'refused', errors: source.errors ?? [] };
    const events = source[Symbol.asyncIterator]();

    const format = (result: ExecutionResult): FormattedExecutionResult =>
      result.errors
        ? { ...result, errors: result.errors.map((error) => formatError(error, subscriber.correlationId)) }
        : (result as FormattedExecutionResult);

    const finish = (): void => {
      over.abort(new Error('The subscription is over.'));
      // Not awaited: a generator parked at an await settles its `return` only once the aborted wait wakes it.
      events.return?.()?.catch(() => undefined);
    };
    const ended: IteratorResult<FormattedExecutionResult, void> = { done: true, value: undefined };
    /** Ends the `next` that is waiting. One at a time, so that nothing piles up on a stream that lives long. */
    let endWaiting: (step: typeof ended) => void = () => undefined;
    signal.addEventListener('abort', () => endWaiting(ended), { once: true });
    const pull = async (): Promise<IteratorResult<FormattedExecutionResult, void>> => {
      const event = await events.next();
      if (event.done) return ended;
      return {
        done: false,
        value: format(await execute({ ...args, rootValue: event.value, contextValue: contextFor(subscriber, signal) })),
      };
    };
    const stream: ResultStream = {
      next: async () => {
        if (signal.aborted) return ended;
        try {
          const step = await new Promise<Awaited<ReturnType<typeof pull>>>((resolve, reject) => {
            endWaiting = resolve;
            pull().then(resolve, reject);
          });
          if (step.done) finish();
          return step;
        } catch (error) {
          const wasOver = signal.aborted;
          finish();
          // A source that reports its cancellation by throwing has ended as it was told to.
          if (wasOver) return ended;
          throw error;
        }
      },
      return: async () => {
        finish();
        return ended;
      },
      throw: async (error) => {
        finish();
        throw error;
      },
      [Symbol.asyncIterator]: () => stream,
      [Symbol.asyncDispose]: async () => finish(),
    };
    return { kind: 'opened', schema, document, stream };
  };
