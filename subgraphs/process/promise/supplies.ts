/** Supply's part of the intake transaction: a system's newest statement about an item at a place replaces its older one. */
import type { SystemKind } from '#model/identifiers.ts';
import type { ExpectedSupply } from '#model/supply.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { ApplierContext } from '#subgraphs/process/intake/applier.ts';

export type NewSupply = {
  readonly sku: string;
  readonly locationCode: string;
  readonly system: SystemKind;
  readonly connection: string;
  /** Soonest first. */
  readonly supplies: readonly ExpectedSupply[];
  readonly asOf: string;
};

const soonestFirst = (supplies: readonly ExpectedSupply[]): readonly ExpectedSupply[] =>
  supplies.toSorted(
    (a, b) =>
      Date.parse(a.expectedAt) - Date.parse(b.expectedAt) ||
      a.reference.localeCompare(b.reference) ||
      a.quantity - b.quantity,
  );

/** The newest statement per item and place of the batch, in the order of their keys. */
export const suppliesOf = async ({ batch, crosswalk }: ApplierContext): Promise<readonly NewSupply[]> => {
  const newest = new Map<string, NewSupply>();
  for (const change of batch.changes) {
    if (change.kind !== 'supply') continue;
    const sku = await crosswalk.skuOf(change.items);
    if (sku === null) throw new Error('a supply change without a mapped item got past the intake');
    const { locationCode, asOf } = change;
    const key = JSON.stringify([sku, locationCode]);
    const other = newest.get(key);
    if (other !== undefined && Date.parse(other.asOf) > Date.parse(asOf)) continue;
    const { system, connection } = batch;
    newest.set(key, { sku, locationCode, system, connection, supplies: soonestFirst(change.supplies), asOf });
  }
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, supply]) => supply);
};

/** Stores what is newer than what is known. `changed`: SKUs of which something else is awaited than before. */
export const applySupplies = async (
  tx: Sql,
  incoming: readonly NewSupply[],
): Promise<{ readonly stored: number; readonly changed: readonly string[] }> => {
  if (incoming.length === 0) return { stored: 0, changed: [] };
  const rows = await tx.query<{ sku: string; changed: boolean }>(
    `with incoming as (
       select * from jsonb_to_recordset($1::jsonb) as r(sku text, "locationCode" text, system text, connection text, supplies jsonb,
         "asOf" timestamptz)
     ), before as (
       select s.sku, s.location_code, s.system, s.supplies from process.supply s
       join incoming i on s.sku = i.sku and s.location_code = i."locationCode" and s.system = i.system
     ), stored as (
       insert into process.supply as s (sku, location_code, system, connection, supplies, as_of)
       select sku, "locationCode", system, connection, supplies, "asOf" from incoming
       on conflict (sku, location_code, system) do update set
         connection = excluded.connection, supplies = excluded.supplies, as_of = excluded.as_of
       where excluded.as_of >= s.as_of
       returning s.sku, s.location_code, s.system, s.supplies
     )
     select stored.sku, stored.supplies is distinct from coalesce(before.supplies, '[]') as changed
     from stored left join before using (sku, location_code, system)`,
    [JSON.stringify(incoming)],
  );
  return { stored: rows.length, changed: rows.filter(({ changed }) => changed).map(({ sku }) => sku) };
};
