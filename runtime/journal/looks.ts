/** Reading the journal: each answer comes from one statement, so that its parts belong to the same moment. */
import type { Row, Sql } from '#runtime/storage/database.ts';
import { type Journal, type JournalEntry, type JournalHead, markOf, type Standing } from './journal.ts';

export const ENTRY_COLUMNS =
  'channel, position, subject, version, type, payload, correlation_id as "correlationId", at';

type Place = {
  readonly headPosition: number;
  readonly headAt: string | null;
  readonly oldest: number | null;
  readonly thereAt: string | null;
};

const HEAD = '(select coalesce(max(position), 0) as position from journal.stream_head where channel = $1)';
const atOf = (position: string): string =>
  `(select at from journal.entry where channel = $1 and position = ${position})`;

const PLACE = `select h.position as "headPosition", ${atOf('h.position')} as "headAt",
  (select min(position) from journal.entry where channel = $1) as oldest`;

const LOOK = (condition: string): string => `
  with place as materialized (${PLACE}, ${atOf('$2::bigint')} as "thereAt" from ${HEAD} h)
  select place.*, e.* from place left join lateral (
    select ${ENTRY_COLUMNS} from journal.entry where channel = $1 and position > $2::bigint ${condition}
    order by position limit $3
  ) e on true`;

const markAt = (at: string | null): string | null => (at === null ? null : markOf({ at }));

export type Looks = Pick<Journal, 'head' | 'read' | 'look' | 'standingOf'>;

export const createLooks = (database: Sql, epoch: string): Looks => {
  const headIn = (place: Omit<Place, 'thereAt'> | undefined): JournalHead => {
    const position = place?.headPosition ?? 0;
    return { epoch, position, mark: markAt(place?.headAt ?? null), oldest: place?.oldest ?? position + 1 };
  };

  return {
    head: async (channel) => headIn((await database.query<Place>(`${PLACE} from ${HEAD} h`, [channel]))[0]),

    read: (channel, after, limit, subject) =>
      database.query<JournalEntry>(
        `select ${ENTRY_COLUMNS} from journal.entry where channel = $1 and position > $2
         ${subject === undefined ? '' : 'and subject = $4'} order by position limit $3`,
        [channel, after, limit, ...(subject === undefined ? [] : [subject])],
      ),

    look: async (channel, { after, limit, subject }) => {
      const rows = await database.query<Place & (JournalEntry | Record<keyof JournalEntry, null>) & Row>(
        LOOK(subject === undefined ? '' : 'and subject = $4'),
        [channel, after, limit, ...(subject === undefined ? [] : [subject])],
      );
      const entries = rows.flatMap((row): readonly JournalEntry[] => {
        if (row.channel === null) return [];
        const { headPosition: _head, headAt: _headAt, oldest: _oldest, thereAt: _thereAt, ...entry } = row;
        return [entry as JournalEntry];
      });
      return { head: headIn(rows[0]), markThere: markAt(rows[0]?.thereAt ?? null), entries };
    },

    standingOf: async (channel, subject, version) => {
      const [row] = await database.query<{ readonly position: number; readonly at: string | null }>(
        `with standing as materialized (
           select coalesce((select e.position - 1 from journal.entry e
             where e.channel = $1 and e.subject = $2 and e.version > $3 order by e.version limit 1), h.position) as position
           from ${HEAD} h)
         select standing.position, ${atOf('standing.position')} as at from standing`,
        [channel, subject, version],
      );
      const standing: Standing = { position: row?.position ?? 0, mark: markAt(row?.at ?? null) };
      return { ...standing, epoch };
    },
  };
};
