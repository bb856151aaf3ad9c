/** Customers and their sales as the company's people would enter them: used by the seed and by `act`. */

import type { Row } from '../orm/model.ts';
import type { RpcContext } from '../orm/request.ts';
import { createRow } from '../orm/write.ts';

export type Customer = {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
};

export type SaleSketch = {
  readonly reference: string;
  readonly number?: string;
  readonly customer: Customer;
  readonly warehouse: number;
  /** Nobody ships a pickup: the store hands it over, and the sale is invoiced when it is processed. */
  readonly pickup: boolean;
  readonly lines: readonly { readonly product: number; readonly quantity: number; readonly unitPrice: string }[];
  readonly carrier?: number;
  readonly origin?: string;
  readonly comment?: string;
};

type PartyIds = { readonly party: number; readonly address: number };

/** The customer with this e-mail address, entered once. */
const customerOf = (request: RpcContext, customer: Customer): PartyIds => {
  const { tables, anchors } = request.world;
  const [contact] = tables.byIndex('party.contact_mechanism', 'value', customer.email);
  if (contact !== undefined) {
    const party = Number(tables.get('party.contact_mechanism', contact).values.party);
    const [address = 0] = tables.byIndex('party.address', 'party', party);
    return { party, address };
  }
  const party = createRow(request, tables.model('party.party'), {
    name: customer.name,
    addresses: [
      [
        'create',
        [
          {
            street: customer.street,
            postal_code: customer.postalCode,
            city: customer.city,
            country: anchors.country,
          },
        ],
      ],
    ],
    contact_mechanisms: [
      [
        'create',
        [
          { type: 'email', value: customer.email },
          { type: 'phone', value: customer.phone },
        ],
      ],
    ],
  });
  tables.update('party.party', party.id, { code: `C${10_000 + party.id}` });
  const [address = 0] = tables.byIndex('party.address', 'party', party.id);
  return { party: party.id, address };
};

export const createSale = (request: RpcContext, sketch: SaleSketch): Row => {
  const { tables, anchors } = request.world;
  const { party, address } = customerOf(request, sketch.customer);
  return createRow(request, tables.model('sale.sale'), {
    number: sketch.number ?? null,
    reference: sketch.reference,
    comment: sketch.comment ?? null,
    party,
    shipment_party: party,
    invoice_address: address,
    shipment_address: address,
    warehouse: sketch.warehouse,
    carrier: sketch.carrier ?? null,
    origin: sketch.origin ?? null,
    invoice_method: sketch.pickup ? 'order' : 'shipment',
    shipment_method: sketch.pickup ? 'manual' : 'order',
    lines: [
      [
        'create',
        sketch.lines.map((line) => ({
          product: line.product,
          quantity: line.quantity,
          unit: anchors.unit,
          unit_price: { __class__: 'Decimal', decimal: line.unitPrice },
          description: '',
        })),
      ],
    ],
  });
};
