/** Locations: a warehouse groups the zones that goods pass through; only zones hold stock. */
import { type Compute, char, children, defineModel, flag, float, link, type Row, selection } from '../orm/model.ts';
import { type RpcContext, todayOf } from '../orm/request.ts';
import { fromWire } from '../orm/values.ts';

const LOCATION_TYPES = [
  'supplier',
  'customer',
  'lost_found',
  'warehouse',
  'storage',
  'production',
  'drop',
  'rental',
  'view',
];

/** The warehouse a location belongs to: itself, or the nearest one above it. */
export const warehouseOf = (row: Row, request: RpcContext): Row | null => {
  if (row.values.type === 'warehouse') return row;
  const above = request.world.tables.find('stock.location', Number(row.values.parent));
  return above === undefined ? null : warehouseOf(above, request);
};

const warehouseId: Compute = (row, request) => warehouseOf(row, request)?.id ?? null;

/** Stock of the ONE product that the context names; nothing at all without one. Children always count. */
const quantity =
  (forecast: boolean): Compute =>
  (row, request) => {
    const { context, world } = request;
    const product = Number(context.product);
    if (!Number.isInteger(product)) return null;
    const until = fromWire(context.stock_date_end);
    const below = (id: number): readonly number[] => [
      id,
      ...world.tables.byIndex('stock.location', 'parent', id).flatMap(below),
    ];
    const balances = world.ledger.balances({
      locations: below(row.id),
      until: typeof until === 'string' ? until : null,
      today: todayOf(world.clock),
      assignedAsGone: context.stock_assign === true,
      forecast,
    });
    return balances.get(product) ?? 0;
  };

const zone = (label: string) => link('stock.location', { label });

export const location = defineModel({
  name: 'stock.location',
  label: 'Stock Location',
  order: [
    ['name', 'ASC'],
    ['id', 'ASC'],
  ],
  searchedByName: ['name', 'code'],
  indexed: ['parent', 'code', 'type'],
  fields: {
    name: char({ label: 'Name', required: true }),
    code: char({ label: 'Code' }),
    type: selection(LOCATION_TYPES, 'storage', { label: 'Location type', required: true }),
    parent: link('stock.location', { label: 'Parent' }),
    childs: children('stock.location', 'parent'),
    input_location: zone('Input'),
    output_location: zone('Output'),
    storage_location: zone('Storage'),
    picking_location: zone('Picking'),
    lost_found_location: zone('Lost and Found'),
    address: link('party.address', { label: 'Address' }),
    active: flag(true),
    warehouse: link('stock.location', { label: 'Warehouse', compute: warehouseId, unsearchable: true }),
    quantity: float({ label: 'Quantity', compute: quantity(false) }),
    forecast_quantity: float({ label: 'Forecast Quantity', compute: quantity(true) }),
  },
});
