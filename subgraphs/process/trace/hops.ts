/** From rows to hops: what happened, where, and what became of it, in the order in which it happened. Pure. */
import type {
  AnswerRow,
  DeliveryRow,
  DocumentRow,
  EventRow,
  ExceptionRow,
  HoldRow,
  ParkedRow,
  PublicationRow,
} from './store.ts';

export type TraceHop = {
  readonly at: string;
  readonly system: string;
  readonly operation: string;
  readonly outcome: string;
  readonly latencyMs: number | null;
  readonly attempt: number;
  readonly detail: string | null;
};

const OWN = 'throughline';

/** What an Int of GraphQL can say: 24 days. */
const MOST_MS = 2 ** 31 - 1;
const msBetween = (from: string, to: string): number =>
  Math.min(MOST_MS, Math.max(0, Date.parse(to) - Date.parse(from)));

/**
 * When each message was applied. The journal's own times are the database's; a trace is told by one clock, ours.
 */
export type AppliedAt = ReadonlyMap<string, string>;

export const deliveryHop = ({ at, connection, eventId, attempt }: DeliveryRow): TraceHop => ({
  at,
  system: connection,
  operation: 'delivery',
  outcome: attempt === 1 ? 'ACCEPTED' : 'CORRECTED',
  latencyMs: null,
  attempt,
  detail: `event ${eventId}`,
});

export const documentHop = (row: DocumentRow): TraceHop => ({
  at: row.at,
  system: row.connection,
  operation: `${row.documentType} ${row.documentId}`,
  outcome: row.orderId === null ? 'WAITING' : 'APPLIED',
  latencyMs: msBetween(row.effectiveAt, row.at),
  attempt: row.attempt,
  detail: row.rawStatus,
});

export const eventHop =
  (appliedAt: AppliedAt) =>
  ({ correlationId, occurredAt, observedAt, channel, position, ...event }: EventRow): TraceHop => {
    const at = appliedAt.get(correlationId) ?? observedAt;
    return {
      at,
      system: OWN,
      operation: `event ${event.type}`,
      outcome: event.status,
      latencyMs: msBetween(occurredAt, at),
      attempt: 1,
      detail: `sequence ${event.sequence}, said by ${event.system}${channel === null ? '' : `, ${channel} at ${position}`}`,
    };
  };

export const exceptionHop = ({ at, system, kind, state, attempts, message }: ExceptionRow): TraceHop => ({
  at,
  system,
  operation: `exception ${kind}`,
  outcome: state,
  latencyMs: null,
  attempt: attempts,
  detail: message,
});

export const parkedHop = ({ at, connection, change, waitsFor }: ParkedRow): TraceHop => ({
  at,
  system: connection,
  operation: change.kind === 'order-claim' ? `${change.documentType} ${change.documentId}` : change.kind,
  outcome: 'PARKED',
  latencyMs: null,
  attempt: 1,
  detail: `waits until the ERP maps ${waitsFor.join(' or ')}`,
});

export const answerHop = ({ at, sku, position }: AnswerRow): TraceHop => ({
  at,
  system: OWN,
  operation: `availability ${sku}`,
  outcome: 'TOLD',
  latencyMs: null,
  attempt: 1,
  detail: `availability at ${position}`,
});

export const holdHop = ({ at, id, state, skus }: HoldRow): TraceHop => ({
  at,
  system: OWN,
  operation: `hold ${id}`,
  outcome: state,
  latencyMs: null,
  attempt: 1,
  detail: skus.join(', '),
});

/** Only what may come of these answers: listings told since, and those that wait to be. */
export const publicationHops = (rows: readonly PublicationRow[], answers: readonly AnswerRow[]): readonly TraceHop[] =>
  rows.flatMap((row): readonly TraceHop[] => {
    const [first] = answers.filter(({ sku }) => sku === row.sku);
    if (!first) return [];
    const { marketplace, listingId, published, publishedAt, dirtySince, attempts, lastError } = row;
    const operation = `listing ${listingId}`;
    if (dirtySince !== null) {
      const detail = lastError ?? 'waits for its turn';
      const outcome = lastError === null ? 'PENDING' : 'FAILED';
      return [
        { at: dirtySince, system: marketplace, operation, outcome, latencyMs: null, attempt: attempts + 1, detail },
      ];
    }
    if (publishedAt === null || Date.parse(publishedAt) < Date.parse(first.at)) return [];
    const latencyMs = msBetween(first.at, publishedAt);
    return [
      {
        at: publishedAt,
        system: marketplace,
        operation,
        outcome: 'PUBLISHED',
        latencyMs,
        attempt: 1,
        detail: `shows ${published}`,
      },
    ];
  });

/** What happened first comes first; at one instant, in the order of the path that a message takes. */
export const inOrder = (hops: readonly (readonly TraceHop[])[]): readonly TraceHop[] =>
  hops
    .flat()
    .map((hop, index) => ({ hop, index }))
    .sort((a, b) => Date.parse(a.hop.at) - Date.parse(b.hop.at) || a.index - b.index)
    .map(({ hop }) => hop);
