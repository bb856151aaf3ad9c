/** Goods that come, are counted, or turn out to be damaged. */
import { confirmInventory } from '../models/supply.ts';
import { todayOf } from '../orm/request.ts';
import { createRow } from '../orm/write.ts';
import { type Act, type ActDeps, productIn, siteIn, wholeIn } from './input.ts';

/** A move that nobody planned: it is done at once. */
const moveNow = (deps: ActDeps, product: number, quantity: number, from: number, to: number): void => {
  const { tables, anchors, clock } = deps.world;
  tables.insert('stock.move', {
    product,
    quantity,
    uom: anchors.unit,
    from_location: from,
    to_location: to,
    origin: null,
    shipment: null,
    state: 'done',
    effective_date: todayOf(clock),
    company: anchors.company,
  });
};

/** Goods from a supplier, straight onto the shelf. */
export const receive: Act = (command, _request, deps) => {
  const { anchors, ledger } = deps.world;
  const site = siteIn(command, deps);
  const product = productIn(command, deps);
  moveNow(deps, product, wholeIn(command, 'quantity', 1), anchors.supplierLocation, site.storage);
  return { onHand: ledger.onHand(site.storage, product) };
};

/** A count of the shelf that found `quantity`. */
export const adjust: Act = (command, request, deps) => {
  const { tables, ledger } = deps.world;
  const site = siteIn(command, deps);
  const product = productIn(command, deps);
  const lines = [['create', [{ product, quantity: wholeIn(command, 'quantity', 0) }]]];
  const inventory = createRow(request, tables.model('stock.inventory'), { location: site.storage, lines });
  confirmInventory(request, inventory.id);
  return { inventory: inventory.values.number, onHand: ledger.onHand(site.storage, product) };
};

/** Goods found unsellable: from the shelf to where damaged goods wait, in the same building. */
export const damage: Act = (command, _request, deps) => {
  const { ledger } = deps.world;
  const site = siteIn(command, deps);
  const product = productIn(command, deps);
  moveNow(deps, product, wholeIn(command, 'quantity', 1), site.storage, site.damaged);
  return { onHand: ledger.onHand(site.storage, product), damaged: ledger.onHand(site.damaged, product) };
};
