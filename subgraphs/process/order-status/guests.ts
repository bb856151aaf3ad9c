/**
 * Guests: an order number and one proof.
 *
 * Guessing is made pointless: an unknown number, a wrong proof and too many wrong tries look alike, and five wrong tries
 * within a quarter of an hour, about one number, by one token or from one address, end the guessing until they are older. The tries are
 * kept in the database, so that all replicas count together; only hashes of what was guessed are kept.
 */
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { networkOf } from '#runtime/graphql/caller-address.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { OrderKeys, ProofKind } from './keys.ts';
import type { OrderParent } from './parents.ts';
import { findByNumber, type Proof } from './queries.ts';

export type GuestQuestion = {
  readonly number: string;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly postalCode?: string | null;
};

/** `channel` null: all channels. `key` names the caller where something does, e.g. its token. */
export type GuestCaller = {
  readonly channel: string | null;
  readonly key: string | null;
  /** Where the caller is, as the gateway says. */
  readonly address?: string | undefined;
};

export type Guests = { find(caller: GuestCaller, question: GuestQuestion): Promise<OrderParent | null> };

export const GUESS_LIMIT = 5;
export const GUESS_WINDOW_MS = 15 * 60_000;

const KINDS = ['email', 'phone', 'postalCode'] as const satisfies readonly ProofKind[];

/** A proof that matches nothing: looking it up takes as long as looking up a real one. */
const NO_PROOF: Proof = { kind: 'email', hash: 'none' };

const proofIn = (question: GuestQuestion, keys: OrderKeys): Proof | null => {
  for (const kind of KINDS) {
    const value = question[kind];
    if (value == null) continue;
    // What a caller sends is never taken for a stored hash, whatever it looks like.
    const hash = keys.proofOf(kind, value);
    return hash === null ? NO_PROOF : { kind, hash };
  }
  return null;
};

export const createGuests = (deps: {
  readonly database: Sql;
  readonly keys: OrderKeys;
  readonly clock: Clock;
  readonly ids: Ids;
}): Guests => {
  const { database, keys, clock, ids } = deps;

  /** Counts this try before it is known how it ends, so that many at once cannot slip through together. */
  const countTry = async (id: string, buckets: readonly string[]): Promise<boolean> => {
    const nowMs = clock.now();
    await database.query('delete from process.order_guess where bucket = any($1) and at < $2', [
      buckets,
      isoOf(nowMs - GUESS_WINDOW_MS),
    ]);
    await database.query(
      'insert into process.order_guess (id, bucket, at) select $1, b, $3 from unnest($2::text[]) as b',
      [id, buckets, isoOf(nowMs)],
    );
    const rows = await database.query<{ tries: number }>(
      'select count(*)::int as tries from process.order_guess where bucket = any($1) group by bucket',
      [buckets],
    );
    return rows.every(({ tries }) => tries <= GUESS_LIMIT);
  };

  return {
    find: async (caller, question) => {
      const proof = proofIn(question, keys);
      if (!proof) {
        throw new Failure('BAD_INPUT', 'input: give one proof beside the number: email, phone or postalCode.', {
          field: 'input',
        });
      }
      const number = question.number.trim();
      const id = ids.uuid();
      const buckets = [
        keys.guessBucket('number', number),
        ...(caller.key === null ? [] : [keys.guessBucket('caller', caller.key)]),
        ...(caller.address === undefined ? [] : [keys.guessBucket('address', networkOf(caller.address))]),
      ];
      const allowed = await countTry(id, buckets);
      const found = await findByNumber(database, number, caller.channel, allowed ? proof : NO_PROOF);
      // Right answers do not count, and neither do tries beyond the limit: they would lock the owner out for ever.
      // Asked in any case: how many statements a try takes tells nothing of how it ended.
      await database.query('delete from process.order_guess where id = $1 and $2::boolean', [
        id,
        found !== null || !allowed,
      ]);
      return found;
    },
  };
};
