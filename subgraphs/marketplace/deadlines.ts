/** The board of clocks: which orders have to leave next. */
import type { RequestContext } from '#runtime/graphql/context.ts';
import { type Page, pageOf } from '#runtime/graphql/pages.ts';
import { createAsker } from '#runtime/inlet/ask.ts';
import type { LoaderDeps } from './loaders.ts';
import type { DeadlineParent, MarketplaceOrderParent } from './parents.ts';

export type DeadlineQuestion = {
  /** Null for all. */
  readonly marketplace: string | null;
  readonly withinMinutes: number;
  readonly first: number;
  readonly after: string | null;
};

export type DeadlinePage = Page<DeadlineParent> & { readonly asOf: string; readonly complete: boolean };

/** Pure: the ship-by clocks that end until then, overdue ones included. */
export const deadlinesOf = (
  orders: readonly MarketplaceOrderParent[],
  question: DeadlineQuestion,
  nowMs: number,
): Page<DeadlineParent> => {
  const untilMs = nowMs + question.withinMinutes * 60_000;
  const due = orders.flatMap((order): readonly DeadlineParent[] => {
    const { shipBy } = order;
    if (shipBy === undefined || Date.parse(shipBy) > untilMs) return [];
    if (question.marketplace !== null && order.marketplace !== question.marketplace) return [];
    return [{ order, dueAt: shipBy, secondsLeft: Math.floor((Date.parse(shipBy) - nowMs) / 1000) }];
  });
  return pageOf(due, ({ dueAt, order }) => [Date.parse(dueAt), order.marketplace, order.externalId], {
    first: question.first,
    after: question.after,
    shape: [0, '', ''],
  });
};

export const readDeadlines = async (
  question: DeadlineQuestion,
  deps: LoaderDeps,
  context: RequestContext,
): Promise<DeadlinePage> => {
  const asked = deps.accounts.flatMap(({ connection, marketplaces, openOrders }) =>
    openOrders !== undefined && (question.marketplace === null || marketplaces.includes(question.marketplace))
      ? [{ connection, openOrders }]
      : [],
  );
  const { answers, failure } = await createAsker(deps).all(asked, ({ openOrders }) => openOrders.read(null, context));
  const views = answers.flatMap(({ answer: { cache, value }, connection }) =>
    value === null ? [] : [{ ...value, cache, connection }],
  );
  const orders = views.flatMap(({ asOf, cache, connection, orders: open }) =>
    open.map(
      (order): MarketplaceOrderParent => ({
        ...order,
        connection,
        fetchedAt: asOf,
        // The account's own list is kept and kept up to date: nothing of it was read for this answer.
        cache: cache === 'MISS' ? 'HIT' : cache,
      }),
    ),
  );
  const nowMs = deps.clock.now();
  const oldestMs = Math.min(nowMs, ...views.map(({ asOf }) => Date.parse(asOf)));
  return {
    ...deadlinesOf(orders, question, nowMs),
    asOf: new Date(oldestMs).toISOString(),
    complete: failure === undefined && views.every(({ complete }) => complete),
  };
};
