/** Changes of an item's master data. */
import { decimalOf, money } from '#model/money.ts';
import { createRow, writeRows } from '../orm/write.ts';
import { type Act, productIn, textIn, wholeIn } from './input.ts';

/** A further name of an item: what a marketplace or a till calls it, or another barcode. */
export const addIdentifier: Act = (command, request, deps) => {
  const { tables } = deps.world;
  const type = command.type === undefined ? null : textIn(command, 'type');
  const row = createRow(request, tables.model('product.identifier'), {
    product: productIn(command, deps),
    type,
    code: textIn(command, 'code'),
  });
  return { id: row.id };
};

/** Changes the item's master data: its product's price, or whether it is sold at all. */
export const changeItem: Act = (command, request, deps) => {
  const { tables } = deps.world;
  const product = productIn(command, deps);
  const template = Number(tables.get('product.product', product).values.template);
  if (command.listPriceMinor !== undefined) {
    const price = decimalOf(money(wholeIn(command, 'listPriceMinor', 0), deps.seeded.company.currency));
    writeRows(request, tables.model('product.template'), [template], {
      list_price: { __class__: 'Decimal', decimal: price },
    });
  }
  if (typeof command.active === 'boolean') {
    writeRows(request, tables.model('product.product'), [product], { active: command.active });
  }
  return {};
};
