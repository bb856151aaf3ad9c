/** The books, read in the database itself after the fact. */
import type { Sql } from '#runtime/storage/database.ts';

export type Audit = {
  /** Deliveries on record, each once. */
  readonly deliveries: number;
  /** Entries of order channels. */
  readonly entries: number;
  /** Positions missing in some channel between its first entry and its head. */
  readonly positionGaps: number;
  /** Orders whose sequences are not 1, 2, 3 ... or do not grow with the positions. */
  readonly brokenOrders: number;
  /** Events of orders that are in the journal and not in the order's timeline, or the other way round. */
  readonly onOneSideOnly: number;
  /** Orders whose last sequence is not that of their last event. */
  readonly staleHeads: number;
};

const count = async (sql: Sql, text: string): Promise<number> => {
  const [row] = await sql.query<{ n: number }>(`select count(*)::int as n from (${text}) as found`);
  return row?.n ?? Number.NaN;
};

export const auditJournal = async (sql: Sql): Promise<Audit> => ({
  deliveries: await count(sql, 'select 1 from process.inbox'),
  entries: await count(sql, `select 1 from journal.entry where channel like 'orders:%'`),
  positionGaps: await count(
    sql,
    `select generate_series(1, h.position) as position, h.channel from journal.stream_head h where h.channel like 'orders:%'
     except select e.position, e.channel from journal.entry e`,
  ),
  brokenOrders: await count(
    sql,
    `select 1 from (
       select subject, version, row_number() over (partition by subject order by position) as place from journal.entry where channel like 'orders:%'
     ) as e where e.version <> e.place`,
  ),
  onOneSideOnly: await count(
    sql,
    `(select subject, version from journal.entry where channel like 'orders:%' except all select order_id, sequence from process.order_event)
     union all
     (select order_id, sequence from process.order_event except all select subject, version from journal.entry where channel like 'orders:%')`,
  ),
  staleHeads: await count(
    sql,
    `select 1 from process.orders o where o.sequence <> coalesce((select max(sequence) from process.order_event e where e.order_id = o.id), 0)`,
  ),
});

/** What may never be, in one figure. */
export const faultsOf = ({ positionGaps, brokenOrders, onOneSideOnly, staleHeads }: Audit): number =>
  positionGaps + brokenOrders + onOneSideOnly + staleHeads;
