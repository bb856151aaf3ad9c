/** What can be made to happen in the simulated company, beside what clients do over RPC. */
import { SimActError } from '#simulation/simulator.ts';
import { type Act, type ActDeps, type Command, textIn } from './acts/input.ts';
import { addIdentifier, changeItem } from './acts/items.ts';
import { advance, newSale, returnGoods } from './acts/sales.ts';
import { adjust, damage, receive } from './acts/stock.ts';
import { requestOf } from './orm/request.ts';

const ACTS: Readonly<Record<string, Act>> = {
  receive,
  adjust,
  damage,
  newSale,
  advance,
  return: returnGoods,
  addIdentifier,
  changeItem,
  forgetSessions: (_command, _request, { sessions }) => {
    sessions.forgetAll();
    return {};
  },
  subscribe: () => {
    throw new SimActError('kind: Tryton pushes nothing, so there is nothing to subscribe to; its changes are polled');
  },
};

export const ACT_KINDS: readonly string[] = Object.keys(ACTS);

export const performAct = (command: Command, deps: ActDeps): unknown => {
  const kind = textIn(command, 'kind');
  const act = Object.hasOwn(ACTS, kind) ? ACTS[kind] : undefined;
  if (act === undefined) throw new SimActError(`kind: must be one of ${ACT_KINDS.join(', ')}, not "${kind}"`);
  return deps.world.tables.atomically(() => act(command, requestOf(deps.world), deps));
};
