/** Customer shipments, their packages, and returns from customers. */
import { idsOf, movesOfShipment, salesOfShipment } from '../flow/documents.ts';
import { process } from '../flow/sales.ts';
import * as shipments from '../flow/shipments.ts';
import {
  type Compute,
  char,
  children,
  date,
  defineModel,
  type Field,
  float,
  link,
  type Model,
  type ModelMethod,
  reference,
  selection,
} from '../orm/model.ts';
import type { RpcContext } from '../orm/request.ts';
import { saleName } from './sale.ts';

const { OUT, OUT_RETURN } = shipments;

const moveList = (model: string, side: 'customer' | 'warehouse' | 'all'): Field => ({
  type: 'many2many',
  target: 'stock.move',
  compute: (row, request) =>
    movesOfShipment(request, model, row.id, side)
      .map((move) => move.id)
      .sort((a, b) => b - a),
});

const originsOf =
  (model: string): Compute =>
  (row, request) =>
    salesOfShipment(request, model, row.id)
      .map((id) => String(saleName(request.world.tables.get('sale.sale', id), request)))
      .join(', ');

const zone = (field: string): Field =>
  link('stock.location', {
    compute: (row, request) =>
      request.world.tables.find('stock.location', Number(row.values.warehouse))?.values[field] ?? null,
  });

const common: Readonly<Record<string, Field>> = {
  number: char({ label: 'Number' }),
  reference: char({ label: 'Reference' }),
  planned_date: date({ label: 'Planned Date' }),
  effective_date: date({ label: 'Effective Date' }),
  company: link('company.company', { label: 'Company' }),
  customer: link('party.party', { label: 'Customer', required: true }),
  customer_location: link('stock.location', { compute: (_, request) => request.world.anchors.customerLocation }),
  delivery_address: link('party.address', { label: 'Delivery Address' }),
  warehouse: link('stock.location', { label: 'Warehouse', required: true }),
  warehouse_storage: zone('storage_location'),
  done_by: link('company.employee'),
  weight: float({ compute: () => null }),
  volume: float({ compute: () => null }),
};

/** A button of the shipment; the sales it serves are processed again afterwards where the step concerns them. */
const button =
  (model: string, step: (request: RpcContext, id: number) => void, concernsSale: boolean): ModelMethod =>
  (args, request) => {
    for (const id of idsOf(args)) {
      step(request, id);
      if (concernsSale) process(request, salesOfShipment(request, model, id));
    }
    return null;
  };

export const shipmentOut: Model = defineModel({
  name: OUT,
  label: 'Customer Shipment',
  companyRule: true,
  searchedByName: ['number', 'reference'],
  indexed: ['number', 'state', 'warehouse'],
  fields: {
    ...common,
    state: selection(['draft', 'done', 'cancelled', 'assigned', 'picked', 'packed', 'waiting'], 'draft', {
      label: 'State',
    }),
    warehouse_output: zone('output_location'),
    carrier: link('carrier', { label: 'Carrier' }),
    outgoing_moves: moveList(OUT, 'customer'),
    inventory_moves: moveList(OUT, 'warehouse'),
    moves: moveList(OUT, 'all'),
    origins: char({ compute: originsOf(OUT) }),
    packages: children('stock.package', 'shipment'),
    root_packages: children('stock.package', 'shipment'),
    picked_by: link('company.employee'),
    packed_by: link('company.employee'),
    partially_assigned: {
      type: 'boolean',
      compute: (row, request) => {
        const states = movesOfShipment(request, OUT, row.id, 'warehouse').map((move) => move.values.state);
        return states.includes('assigned') && states.includes('draft');
      },
    },
  },
  recName: (row) => row.values.number ?? null,
  methods: {
    wait: button(OUT, shipments.wait, false),
    assign_try: (args, request) => {
      const results = idsOf(args).map((id) => shipments.assignTry(request, id));
      return results.every(Boolean);
    },
    assign_force: button(OUT, shipments.assignForce, false),
    pick: button(OUT, shipments.pick, false),
    pack: button(OUT, shipments.pack, false),
    done: button(OUT, shipments.ship, true),
    cancel: button(OUT, shipments.cancelShipment, true),
  },
});

export const shipmentOutReturn: Model = defineModel({
  name: OUT_RETURN,
  label: 'Customer Return Shipment',
  companyRule: true,
  searchedByName: ['number', 'reference'],
  indexed: ['number', 'state', 'warehouse'],
  fields: {
    ...common,
    state: selection(['draft', 'done', 'cancelled', 'received'], 'draft', { label: 'State' }),
    warehouse_input: zone('input_location'),
    incoming_moves: moveList(OUT_RETURN, 'customer'),
    inventory_moves: moveList(OUT_RETURN, 'warehouse'),
    moves: moveList(OUT_RETURN, 'all'),
    origins: char({ compute: originsOf(OUT_RETURN) }),
    received_by: link('company.employee'),
  },
  recName: (row) => row.values.number ?? null,
  methods: {
    receive: button(OUT_RETURN, shipments.receiveReturn, true),
    done: button(OUT_RETURN, shipments.finishReturn, true),
    cancel: button(OUT_RETURN, shipments.cancelReturn, true),
  },
});

export const packageType = defineModel({
  name: 'stock.package.type',
  label: 'Stock Package Type',
  fields: { name: char({ label: 'Name', required: true }) },
});

export const stockPackage = defineModel({
  name: 'stock.package',
  label: 'Stock Package',
  searchedByName: ['code'],
  indexed: ['shipment'],
  fields: {
    code: char({ label: 'Code', fallback: (request) => request.world.nextNumber('package') }),
    type: link('stock.package.type', { label: 'Type', required: true }),
    shipment: reference({ label: 'Shipment' }),
    company: link('company.company', { fallback: (request) => request.world.anchors.company }),
    moves: { type: 'many2many', target: 'stock.move' },
    parent: link('stock.package'),
    children: { type: 'many2many', target: 'stock.package' },
    state: selection(['open', 'closed'], 'closed', { label: 'State' }),
    shipping_reference: char({ label: 'Shipping Reference' }),
    shipping_tracking_url: char({ label: 'Shipping Tracking URL' }),
    weight: float(),
  },
  recName: (row) => row.values.code ?? null,
});
