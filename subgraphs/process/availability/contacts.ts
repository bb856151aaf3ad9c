/** From streams to connections: when did a connection last prove its stock numbers, and has it told us all of them? */
import type { SystemKind } from '#model/identifiers.ts';
import type { Contact, Contacts, Feed, StockConnection } from './facts.ts';

const latest = (times: readonly (number | null)[]): number | null =>
  times.reduce<number | null>((best, time) => (time !== null && (best === null || time > best) ? time : best), null);

/** The stream that pushed deliveries are booked under. It never completes: nobody says when all has been pushed. */
export const PUSH_STREAM = 'push';

const contactOf = (system: SystemKind, feeds: readonly Feed[]): Contact => {
  const polled = feeds.filter((feed) => feed.stream !== PUSH_STREAM);
  return {
    system,
    lastContactMs: latest(feeds.filter((feed) => feed.carriesStock).map((feed) => feed.lastContactMs)),
    // Which of its streams will carry stock is known only after it did, so all of them must have been read through.
    loaded:
      feeds.some((feed) => feed.carriesStock) &&
      polled.length > 0 &&
      polled.every((feed) => feed.completeSinceMs !== null),
  };
};

/** Configured connections are there even before their first word, so that their silence is noticed. */
export const contactsOf = (feeds: readonly Feed[], configured: readonly StockConnection[]): Contacts => {
  const byConnection = new Map<string, Feed[]>();
  for (const feed of feeds) byConnection.set(feed.connection, [...(byConnection.get(feed.connection) ?? []), feed]);
  const contacts = new Map<string, Contact>();
  for (const { connection, system } of configured)
    contacts.set(connection, contactOf(system, byConnection.get(connection) ?? []));
  for (const [connection, own] of byConnection) {
    const system = own[0]?.system;
    if (system !== undefined && !contacts.has(connection) && own.some((feed) => feed.carriesStock)) {
      contacts.set(connection, contactOf(system, own));
    }
  }
  return contacts;
};

/** Whether every connection of a system has told us everything; null when there is no such connection. */
export const systemLoaded = (contacts: Contacts, system: SystemKind): boolean | null => {
  let loaded: boolean | null = null;
  for (const contact of contacts.values()) if (contact.system === system) loaded = (loaded ?? true) && contact.loaded;
  return loaded;
};

/** A contact proven just now, on top of what is stored: the batch being applied is itself a proof. */
export const withContact = (contacts: Contacts, connection: StockConnection, atMs: number): Contacts => {
  const known = contacts.get(connection.connection);
  const lastContactMs = Math.max(atMs, known?.lastContactMs ?? atMs);
  return new Map(contacts).set(connection.connection, {
    system: connection.system,
    loaded: known?.loaded ?? false,
    lastContactMs,
  });
};
