/** What one request asks the connected tills for, each thing once. Readings batch the questions of all requests. */
import { nameOfStockKey, type StockKey } from '#model/stock-key.ts';
import type { Clock } from '#runtime/clock.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import { once } from '#runtime/graphql/once.ts';
import { provenanceOf } from '#runtime/graphql/stamp.ts';
import { createAsker } from '#runtime/inlet/ask.ts';
import type { Log } from '#runtime/log.ts';
import type {
  PickupTaskParent,
  PosAliasParent,
  PosStockParent,
  PosTransactionParent,
  StoreProfileParent,
} from './parents.ts';
import type { PosReadings, TaskListKey } from './readings.ts';

export type LoaderDeps = { readonly tills: readonly PosReadings[]; readonly clock: Clock; readonly log: Log };

export type PosLoaders = {
  store(locationCode: string): Promise<StoreProfileParent | null>;
  transaction(id: string): Promise<PosTransactionParent | null>;
  task(id: string): Promise<PickupTaskParent | null>;
  taskList(key: TaskListKey): Promise<readonly PickupTaskParent[]>;
  aliases(sku: string): Promise<readonly PosAliasParent[]>;
  stock(key: StockKey): Promise<readonly PosStockParent[]>;
};

const byItself = (name: string): string => name;

const createLoaders = ({ log, tills }: LoaderDeps, context: RequestContext): PosLoaders => {
  const asker = createAsker({ log });
  return {
    store: once(byItself, async (code) => {
      const found = await asker.first(tills, ({ store }) => store.read(code, context));
      return found?.value ?? null;
    }),
    transaction: once(byItself, async (id) => {
      const found = await asker.first(tills, ({ transaction }) => transaction.read(id, context));
      return found && { ...found.value, ...provenanceOf(found.connection, found.reading) };
    }),
    task: once(byItself, async (id) => {
      const found = await asker.first(tills, ({ task }) => task.read(id, context));
      return found && { ...found.value, ...provenanceOf(found.connection, found.reading) };
    }),
    taskList: async (key) => {
      const { answers } = await asker.all(tills, ({ taskList }) => taskList.read(key, context));
      return answers.flatMap(({ answer, connection }) =>
        (answer.value ?? []).map((task) => ({ ...task, ...provenanceOf(connection, answer) })),
      );
    },
    aliases: once(byItself, async (sku) => {
      const { answers } = await asker.all(tills, ({ aliases }) => aliases.read(sku, context));
      return answers.flatMap(({ answer }) => answer.value ?? []);
    }),
    stock: once(nameOfStockKey, async (key) => {
      const { answers } = await asker.all(tills, ({ stock }) => stock.read(key, context));
      return answers.flatMap(({ answer, connection }) =>
        (answer.value ?? []).map((stock) => ({ ...stock, ...provenanceOf(connection, answer) })),
      );
    }),
  };
};

const LOADERS = Symbol('pos loaders');

export const loadersOf = (deps: LoaderDeps, context: RequestContext): PosLoaders =>
  context.loaders(LOADERS, () => createLoaders(deps, context));
