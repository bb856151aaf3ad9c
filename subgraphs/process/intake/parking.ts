/** Changes that cannot be applied yet: kept with what they wait for, and taken up again when a name they use is mapped. */
import type { Change } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { type ExceptionKey, resolveExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { ExceptionKind } from './applier.ts';
import { aliasKey, itemsOf, type LoadedCrosswalk } from './crosswalk.ts';

export type ParkedChange = {
  readonly system: SystemKind;
  readonly connection: string;
  readonly correlationId: string;
  readonly observedAt: string;
  readonly change: Change;
};

export type Waiting = ParkedChange & { readonly exceptionKind: ExceptionKind; readonly exceptionSubject: string };

/** A newer statement about the same thing takes the parked one's place. */
const thingOf = (connection: string, change: Change): string => {
  switch (change.kind) {
    case 'stock':
    case 'supply':
      return JSON.stringify([change.kind, connection, change.locationCode, ...change.items.map(aliasKey)]);
    case 'listing':
      return JSON.stringify(['listing', connection, change.marketplace, change.listingId]);
    case 'order-claim':
      return JSON.stringify(['order-claim', connection, change.documentType, change.documentId]);
    case 'variant':
      return JSON.stringify(['variant', connection, change.variant.sku]);
    case 'location':
      return JSON.stringify(['location', connection, change.code]);
  }
};

const effectiveAtOf = (change: Change): string => {
  if (change.kind === 'stock') return change.reading.asOf;
  return change.kind === 'order-claim' ? change.effectiveAt : change.asOf;
};

/** Names of the change that mean no one SKU now: any of them may be what it waits for. */
const namesAwaited = async (change: Change, crosswalk: LoadedCrosswalk): Promise<readonly string[]> => {
  const names = new Set<string>();
  for (const items of itemsOf(change)) {
    const match = await crosswalk.match(items);
    if (match.kind !== 'known') for (const name of match.names) names.add(name);
  }
  return [...names];
};

export const park = async (tx: Sql, waiting: readonly Waiting[], crosswalk: LoadedCrosswalk): Promise<void> => {
  if (waiting.length === 0) return;
  const parked = new Map<string, Record<string, unknown>>();
  const waits = new Map<string, Record<string, unknown>>();
  for (const entry of waiting) {
    const { change, exceptionKind, exceptionSubject, ...origin } = entry;
    const key = thingOf(entry.connection, change);
    const effectiveAt = effectiveAtOf(change);
    const other = parked.get(key);
    if (other === undefined || Date.parse(String(other.effectiveAt)) <= Date.parse(effectiveAt))
      parked.set(key, { ...origin, key, change, effectiveAt });
    for (const referenceKey of await namesAwaited(change, crosswalk)) {
      const wait = { key, referenceKey, exceptionKind, exceptionSubject };
      waits.set(JSON.stringify(wait), wait);
    }
  }
  await tx.query(
    `insert into process.parked_change as p (key, system, connection, correlation_id, observed_at, effective_at, change)
     select r.key, r.system, r.connection, r."correlationId", r."observedAt", r."effectiveAt", r.change
     from jsonb_to_recordset($1::jsonb) as r(key text, system text, connection text, "correlationId" text, "observedAt" timestamptz,
       "effectiveAt" timestamptz, change jsonb) order by r.key
     on conflict (key) do update set change = excluded.change, effective_at = excluded.effective_at,
       observed_at = excluded.observed_at, correlation_id = excluded.correlation_id
     where excluded.effective_at >= p.effective_at`,
    [JSON.stringify([...parked.values()])],
  );
  await tx.query(
    `insert into process.parked_wait (key, reference_key, exception_kind, exception_subject)
     select r.key, r."referenceKey", r."exceptionKind", r."exceptionSubject"
     from jsonb_to_recordset($1::jsonb) as r(key text, "referenceKey" text, "exceptionKind" text, "exceptionSubject" text)
     order by 1, 2 on conflict do nothing`,
    [JSON.stringify([...waits.values()])],
  );
};

/**
 * Takes out everything that waited for one of these names, oldest first, and resolves the exceptions that nothing else
 * waits under. What still cannot be applied is parked and raised again by the caller's next step.
 */
export const releaseParked = async (
  tx: Sql,
  names: readonly string[],
  at: string,
): Promise<readonly ParkedChange[]> => {
  if (names.length === 0) return [];
  const found = await tx.query<ParkedChange & { key: string }>(
    `select p.key, p.system, p.connection, p.correlation_id as "correlationId", p.observed_at as "observedAt", p.change
     from process.parked_change p
     where p.key in (select key from process.parked_wait where reference_key = any($1)) order by p.effective_at, p.key`,
    [names],
  );
  if (found.length === 0) return [];
  const keys = found.map(({ key }) => key);
  const over = await tx.query<ExceptionKey>(
    `select distinct w.exception_kind as kind, p.system, w.exception_subject as subject
     from process.parked_wait w join process.parked_change p using (key)
     where w.key = any($1) and not exists (
       select 1 from process.parked_wait o join process.parked_change q using (key)
       where o.exception_kind = w.exception_kind and o.exception_subject = w.exception_subject and q.system = p.system and o.key <> all($1))`,
    [keys],
  );
  await tx.query('delete from process.parked_change where key = any($1)', [keys]);
  await resolveExceptions(tx, over, at);
  return found;
};
