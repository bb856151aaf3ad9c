/** Wake-ups inside one process: topics noted in a transaction fire after its commit. */
import type { Sql } from './database.ts';

export type WakeUps = {
  note(tx: Sql, topic: string): void;
  noted(tx: Sql): ReadonlySet<string>;
  fire(topics: Iterable<string>): void;
  listen(topic: string, onWake: () => void): () => Promise<void>;
  readonly topics: () => readonly string[];
};

export const createWakeUps = (): WakeUps => {
  const notedBy = new WeakMap<Sql, Set<string>>();
  const listeners = new Map<string, Set<() => void>>();
  return {
    note: (tx, topic) => {
      const topics = notedBy.get(tx) ?? new Set();
      notedBy.set(tx, topics.add(topic));
    },
    noted: (tx) => notedBy.get(tx) ?? new Set(),
    fire: (topics) => {
      for (const topic of topics) for (const onWake of listeners.get(topic) ?? []) onWake();
    },
    listen: (topic, onWake) => {
      const entry = listeners.get(topic) ?? new Set();
      listeners.set(topic, entry.add(onWake));
      return async () => {
        entry.delete(onWake);
      };
    },
    topics: () => [...listeners.keys()],
  };
};
