/** Customer shipments and returns: which moves each step makes, assigns and completes. */
import { setMoves, tryAssign } from '../models/move.ts';
import { referenceOf } from '../orm/fields.ts';
import type { Row } from '../orm/model.ts';
import { type RpcContext, todayOf } from '../orm/request.ts';
import { movesOfLine, movesOfShipment, saleLines } from './documents.ts';

export const OUT = 'stock.shipment.out';
export const OUT_RETURN = 'stock.shipment.out.return';

type Zones = { readonly storage: number; readonly input: number; readonly output: number };

const zonesOf = (request: RpcContext, warehouseId: number): Zones => {
  const { values } = request.world.tables.get('stock.location', warehouseId);
  return {
    storage: Number(values.storage_location),
    input: Number(values.input_location),
    output: Number(values.output_location),
  };
};

const ids = (rows: readonly Row[]): readonly number[] => rows.map((row) => row.id);

type MoveSketch = {
  readonly like: Row;
  readonly shipment: string;
  readonly from: number;
  readonly to: number;
  readonly origin: string;
};

const insertMove = (request: RpcContext, sketch: MoveSketch, quantity: number, plannedDay: string | null): Row => {
  const { tables, anchors } = request.world;
  return tables.insert('stock.move', {
    product: sketch.like.values.product ?? null,
    quantity,
    uom: sketch.like.values.unit ?? sketch.like.values.uom ?? anchors.unit,
    from_location: sketch.from,
    to_location: sketch.to,
    shipment: sketch.shipment,
    origin: sketch.origin,
    state: 'draft',
    planned_date: plannedDay,
    effective_date: null,
    unit_price: sketch.like.values.unit_price ?? null,
    currency: anchors.currency,
    company: anchors.company,
  });
};

/** The moves inside the warehouse that bring goods from the shelf to the door, one per outgoing move. */
const createInventoryMoves = (request: RpcContext, shipment: Row): void => {
  const zones = zonesOf(request, Number(shipment.values.warehouse));
  for (const move of movesOfShipment(request, OUT, shipment.id, 'customer')) {
    const sketch = {
      like: move,
      shipment: referenceOf(OUT, shipment.id),
      from: zones.storage,
      to: zones.output,
      origin: referenceOf('stock.move', move.id),
    };
    insertMove(request, sketch, Number(move.values.quantity), String(shipment.values.planned_date));
  }
};

/** Lines that have no moves yet become a waiting shipment, or a return shipment where the quantity is negative. */
export const createShipments = (request: RpcContext, sale: Row): void => {
  const { tables, anchors, clock, nextNumber } = request.world;
  const open = saleLines(request, sale.id).filter(
    (line) => line.values.product != null && movesOfLine(request, line.id).length === 0,
  );
  const zones = zonesOf(request, Number(sale.values.warehouse));
  const plannedDay = String(sale.values.shipping_date ?? todayOf(clock));
  const common = {
    customer: sale.values.party ?? null,
    delivery_address: sale.values.shipment_address ?? null,
    warehouse: sale.values.warehouse ?? null,
    company: anchors.company,
    reference: null,
    effective_date: null,
  };
  const outgoing = open.filter((line) => Number(line.values.quantity) > 0);
  if (outgoing.length > 0) {
    const shipment = tables.insert(OUT, {
      ...common,
      state: 'waiting',
      number: nextNumber('shipment'),
      planned_date: plannedDay,
      carrier: sale.values.carrier ?? null,
    });
    const shipmentRef = referenceOf(OUT, shipment.id);
    for (const line of outgoing) {
      const origin = referenceOf('sale.line', line.id);
      const sketch = { like: line, shipment: shipmentRef, from: zones.output, to: anchors.customerLocation, origin };
      insertMove(request, sketch, Number(line.values.quantity), plannedDay);
    }
    createInventoryMoves(request, shipment);
  }
  const incoming = open.filter((line) => Number(line.values.quantity) < 0);
  if (incoming.length === 0) return;
  const shipment = tables.insert(OUT_RETURN, {
    ...common,
    state: 'draft',
    number: nextNumber('return'),
    planned_date: null,
  });
  const shipmentRef = referenceOf(OUT_RETURN, shipment.id);
  for (const line of incoming) {
    const origin = referenceOf('sale.line', line.id);
    const sketch = { like: line, shipment: shipmentRef, from: anchors.customerLocation, to: zones.input, origin };
    insertMove(request, sketch, -Number(line.values.quantity), null);
  }
};

const stateOf = (row: Row): string => String(row.values.state);

/** True when everything is assigned. A shortage is no error: what is there is assigned and the shipment waits. */
export const assignTry = (request: RpcContext, shipmentId: number): boolean => {
  const { tables } = request.world;
  const shipment = tables.get(OUT, shipmentId);
  if (stateOf(shipment) !== 'waiting') return true;
  if (!tryAssign(request, ids(movesOfShipment(request, OUT, shipmentId, 'warehouse')))) return false;
  tables.update(OUT, shipmentId, { state: 'assigned' });
  return true;
};

type Step = (request: RpcContext, shipmentId: number) => void;

/** A step that applies in some states only; in the others the call is accepted and does nothing. */
const step =
  (model: string, from: readonly string[], apply: (request: RpcContext, shipment: Row) => void): Step =>
  (request, shipmentId) => {
    const shipment = request.world.tables.get(model, shipmentId);
    if (from.includes(stateOf(shipment))) apply(request, shipment);
  };

const set = (request: RpcContext, model: string, id: number, values: Readonly<Record<string, string>>): void => {
  request.world.tables.update(model, id, values);
};

const warehouseMoves = (request: RpcContext, shipment: Row, model = OUT): readonly number[] =>
  ids(movesOfShipment(request, model, shipment.id, 'warehouse'));

const customerMoves = (request: RpcContext, shipment: Row, model = OUT): readonly number[] =>
  ids(movesOfShipment(request, model, shipment.id, 'customer'));

export const assignForce = step(OUT, ['waiting'], (request, shipment) => {
  setMoves(request, warehouseMoves(request, shipment), 'assigned');
  set(request, OUT, shipment.id, { state: 'assigned' });
});

export const wait = step(OUT, ['draft', 'assigned'], (request, shipment) => {
  setMoves(request, warehouseMoves(request, shipment), 'draft');
  if (stateOf(shipment) === 'draft') createInventoryMoves(request, shipment);
  set(request, OUT, shipment.id, { state: 'waiting' });
});

/** Also from "waiting": what was not assigned is taken all the same, below zero if need be, as the server does. */
export const pick = step(OUT, ['waiting', 'assigned'], (request, shipment) => {
  setMoves(request, warehouseMoves(request, shipment), 'done');
  set(request, OUT, shipment.id, { state: 'picked' });
});

export const pack = step(OUT, ['picked'], (request, shipment) => {
  setMoves(request, customerMoves(request, shipment), 'assigned');
  set(request, OUT, shipment.id, { state: 'packed' });
});

export const ship = step(OUT, ['packed'], (request, shipment) => {
  setMoves(request, customerMoves(request, shipment), 'done');
  set(request, OUT, shipment.id, { state: 'done', effective_date: todayOf(request.world.clock) });
});

export const cancelShipment = step(OUT, ['draft', 'waiting', 'assigned', 'picked', 'packed'], (request, shipment) => {
  setMoves(request, ids(movesOfShipment(request, OUT, shipment.id, 'all')), 'cancelled');
  set(request, OUT, shipment.id, { state: 'cancelled' });
});

/** The goods are in the input zone; the way from there to the shelf is planned. */
export const receiveReturn = step(OUT_RETURN, ['draft'], (request, shipment) => {
  setMoves(request, customerMoves(request, shipment, OUT_RETURN), 'done');
  const zones = zonesOf(request, Number(shipment.values.warehouse));
  for (const move of movesOfShipment(request, OUT_RETURN, shipment.id, 'customer')) {
    const sketch = {
      like: move,
      shipment: referenceOf(OUT_RETURN, shipment.id),
      from: zones.input,
      to: zones.storage,
      origin: referenceOf('stock.move', move.id),
    };
    insertMove(request, sketch, Number(move.values.quantity), null);
  }
  set(request, OUT_RETURN, shipment.id, { state: 'received' });
});

export const finishReturn = step(OUT_RETURN, ['received'], (request, shipment) => {
  setMoves(request, warehouseMoves(request, shipment, OUT_RETURN), 'done');
  set(request, OUT_RETURN, shipment.id, { state: 'done', effective_date: todayOf(request.world.clock) });
});

export const cancelReturn = step(OUT_RETURN, ['draft', 'received'], (request, shipment) => {
  setMoves(request, ids(movesOfShipment(request, OUT_RETURN, shipment.id, 'all')), 'cancelled');
  set(request, OUT_RETURN, shipment.id, { state: 'cancelled' });
});
