/** Stock moves: the only thing that changes a quantity. */
import { createHash } from 'node:crypto';
import { userWarning } from '../errors.ts';
import { parseReference, recNameOf } from '../orm/fields.ts';
import { date, defineModel, float, link, numeric, type Row, reference, selection } from '../orm/model.ts';
import { type RpcContext, todayOf } from '../orm/request.ts';
import { productProduct } from './product.ts';

export const MOVE_STATES = ['staging', 'draft', 'assigned', 'done', 'cancelled'];

const productName = (row: Row, request: RpcContext): string => {
  const product = request.world.tables.find('product.product', Number(row.values.product));
  return product === undefined ? '' : recNameOf(request, productProduct, product);
};

/** Moves towards "done" on the given day, or to another state; done moves never change again. */
export const setMoves = (request: RpcContext, ids: readonly number[], state: string): void => {
  const { tables, clock } = request.world;
  for (const id of ids) {
    const current = tables.get('stock.move', id).values.state;
    if (current === 'done' || current === 'cancelled') continue;
    tables.update('stock.move', id, { state, ...(state === 'done' ? { effective_date: todayOf(clock) } : {}) });
  }
};

/** Assigns what the origin can give; a move that it can give only in part is split. True when all of it is assigned. */
export const tryAssign = (request: RpcContext, ids: readonly number[]): boolean => {
  const { tables, ledger } = request.world;
  let complete = true;
  for (const id of ids) {
    const move = tables.get('stock.move', id);
    if (move.values.state !== 'draft') continue;
    const wanted = Number(move.values.quantity);
    const there = Math.max(0, ledger.unassigned(Number(move.values.from_location), Number(move.values.product)));
    if (there >= wanted) {
      tables.update('stock.move', id, { state: 'assigned' });
      continue;
    }
    complete = false;
    if (there === 0) continue;
    tables.update('stock.move', id, { quantity: wanted - there });
    tables.insert('stock.move', { ...move.values, quantity: there, state: 'assigned' });
  }
  return complete;
};

/** A person is asked once whether a move without a reason is meant; "always" answers for later moves too. */
const confirmUnexplained = (request: RpcContext, moves: readonly Row[]): void => {
  const unexplained = moves.filter((move) => (move.values.origin ?? null) === null && move.values.state !== 'done');
  if (unexplained.length === 0) return;
  const { tables } = request.world;
  // The server names the warning after how the records print, so that it asks anew for other records only.
  const printed = `[${unexplained.map((move) => `Pool().get('stock.move')(${move.id})`).join(', ')}]`;
  const name = `${createHash('md5').update(printed).digest('hex')}.done`;
  const [answer] = tables.byIndex('res.user.warning', 'name', name);
  if (answer === undefined) {
    const names = unexplained
      .map((move) => `${String(move.values.quantity)}u ${productName(move, request)}`)
      .join(', ');
    throw userWarning(name, `Stock moves "${names}" have no origin.`);
  }
  if (tables.get('res.user.warning', answer).values.always !== true) tables.remove('res.user.warning', answer);
};

const idsOf = (args: readonly unknown[]): readonly number[] => (Array.isArray(args[0]) ? args[0].map(Number) : []);

export const stockMove = defineModel({
  name: 'stock.move',
  label: 'Stock Move',
  companyRule: true,
  order: [['id', 'DESC']],
  searchedByName: ['product.code'],
  indexed: ['product', 'origin', 'shipment', 'state'],
  fields: {
    product: link('product.product', { label: 'Product', required: true }),
    quantity: float({ label: 'Quantity', required: true, fallback: 0 }),
    uom: link('product.uom', { label: 'UOM', fallback: (request) => request.world.anchors.unit }),
    from_location: link('stock.location', { label: 'From Location', required: true }),
    to_location: link('stock.location', { label: 'To Location', required: true }),
    state: selection(MOVE_STATES, 'draft', { label: 'State' }),
    origin: reference({ label: 'Origin' }),
    shipment: reference({ label: 'Shipment' }),
    planned_date: date({ label: 'Planned Date' }),
    effective_date: date({ label: 'Effective Date' }),
    unit_price: numeric({ label: 'Unit Price' }),
    cost_price: numeric({ label: 'Cost Price' }),
    currency: link('currency.currency'),
    company: link('company.company', { label: 'Company', fallback: (request) => request.world.anchors.company }),
    lot: link('stock.lot'),
    package: link('stock.package', { label: 'Package' }),
    internal_quantity: float({ compute: (row) => row.values.quantity ?? null }),
    sale: link('sale.sale', {
      compute: (row, request) => {
        const origin = parseReference(row.values.origin ?? null);
        if (origin?.model !== 'sale.line') return null;
        return request.world.tables.find('sale.line', origin.id)?.values.sale ?? null;
      },
    }),
    purchase: link('purchase.purchase', {
      compute: (row, request) => {
        const origin = parseReference(row.values.origin ?? null);
        if (origin?.model !== 'purchase.line') return null;
        return request.world.tables.find('purchase.line', origin.id)?.values.purchase ?? null;
      },
    }),
    supplier: link('party.party', { compute: () => null }),
    sale_exception_state: selection(['', 'ignored', 'recreated'], null, { compute: () => '' }),
    purchase_exception_state: selection(['', 'ignored', 'recreated'], null, { compute: () => '' }),
  },
  recName: (row, request) => `${String(row.values.quantity)}u ${productName(row, request)}`,
  methods: {
    do: (args, request) => {
      const ids = idsOf(args);
      confirmUnexplained(
        request,
        ids.map((id) => request.world.tables.get('stock.move', id)),
      );
      setMoves(request, ids, 'done');
      return null;
    },
    cancel: (args, request) => {
      setMoves(request, idsOf(args), 'cancelled');
      return null;
    },
    draft: (args, request) => {
      setMoves(request, idsOf(args), 'draft');
      return null;
    },
    assign: (args, request) => {
      setMoves(request, idsOf(args), 'assigned');
      return null;
    },
    assign_try: (args, request) => tryAssign(request, idsOf(args)),
  },
});
