/**
 * Everything on record about one business transaction.
 *
 * A message that was about one order leads to that order's whole story, whatever the system: every delivery, document,
 * event, exception, hold, and what it did to availability and listings. A message about many orders (a poll) or none is
 * shown by itself.
 */
import type { Identity } from '#runtime/graphql/identity.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { OrderParent } from '#subgraphs/process/order-status/parents.ts';
import { readOrder } from '#subgraphs/process/order-status/queries.ts';
import {
  type AppliedAt,
  answerHop,
  deliveryHop,
  documentHop,
  eventHop,
  exceptionHop,
  holdHop,
  inOrder,
  parkedHop,
  publicationHops,
  type TraceHop,
} from './hops.ts';
import {
  type DocumentRow,
  readAnswersOf,
  readCurrentIds,
  readDeliveries,
  readDocumentsOfMessage,
  readDocumentsOfOrder,
  readEventsOfMessage,
  readEventsOfOrder,
  readExceptionsOf,
  readHoldsOf,
  readOrderIds,
  readParkedOf,
  readPublicationsOf,
  readReferencesOf,
} from './store.ts';

export type TransactionTraceParent = {
  readonly correlationId: string;
  readonly order: OrderParent | null;
  readonly hops: readonly TraceHop[];
};

export type Traces = {
  /** Null where nothing is on record, or nothing that this caller may see. */
  ofMessage(identity: Identity, correlationId: string): Promise<TransactionTraceParent | null>;
  ofOrder(order: OrderParent): Promise<TransactionTraceParent>;
};

const appliedAtOf = (documents: readonly DocumentRow[]): AppliedAt =>
  new Map(documents.map(({ correlationId, at }) => [correlationId, at]));

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

export const createTraces = ({ database }: { readonly database: Sql }): Traces => {
  const ofOrder = async (order: OrderParent, asked: string): Promise<TransactionTraceParent> => {
    const ids = await readOrderIds(database, order.id);
    const [documents, events] = [await readDocumentsOfOrder(database, ids), await readEventsOfOrder(database, ids)];
    const messages = distinct(
      [asked, ...documents, ...events].map((row) => (typeof row === 'string' ? row : row.correlationId)),
    );
    const skus = distinct(order.state.lines.map(({ sku }) => sku));
    const appliedAt = appliedAtOf(documents);
    const answers = (await readAnswersOf(database, messages, skus)).map((answer) => ({
      ...answer,
      at: appliedAt.get(answer.correlationId) ?? answer.at,
    }));
    const hops = inOrder([
      (await readHoldsOf(database, ids)).map(holdHop),
      (await readDeliveries(database, messages)).map(deliveryHop),
      documents.map(documentHop),
      (await readParkedOf(database, messages, await readReferencesOf(database, order.id))).map(parkedHop),
      (await readExceptionsOf(database, messages, ids)).map(exceptionHop),
      answers.map(answerHop),
      events.map(eventHop(appliedAt)),
      publicationHops(await readPublicationsOf(database, skus), answers),
    ]);
    return { correlationId: asked, order, hops };
  };

  return {
    ofOrder: (order) => ofOrder(order, order.correlationId),
    ofMessage: async (identity, correlationId) => {
      const [documents, events] = [
        await readDocumentsOfMessage(database, correlationId),
        await readEventsOfMessage(database, correlationId),
      ];
      const touched = distinct([...documents, ...events].flatMap(({ orderId }) => orderId ?? []));
      const [only, ...others] = await readCurrentIds(database, touched);
      if (only !== undefined && others.length === 0) {
        const order = await readOrder(database, only);
        const isVisible = identity.channel === '*' || order?.channel === identity.channel;
        return order && isVisible ? ofOrder(order, correlationId) : null;
      }
      // What concerns several orders, or none yet, is shown to those who may see all of them.
      if (identity.channel !== '*') return null;
      const hops = inOrder([
        (await readDeliveries(database, [correlationId])).map(deliveryHop),
        documents.map(documentHop),
        (await readParkedOf(database, [correlationId], null)).map(parkedHop),
        (await readExceptionsOf(database, [correlationId], null)).map(exceptionHop),
        events.map(eventHop(appliedAtOf(documents))),
      ]);
      return hops.length === 0 ? null : { correlationId, order: null, hops };
    },
  };
};
