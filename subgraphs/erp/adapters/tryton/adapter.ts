/** Tryton as the ERP. What we know of it beyond the code is in README.md. */
import type { Adapter } from '#runtime/adapter.ts';
import { createTrytonClient } from '#vendors/tryton/client.ts';
import { trytonLimits } from '#vendors/tryton/limits.ts';
import type { ErpPort } from '../../port.ts';
import { createCatalogReader } from './catalog.ts';
import { createCompanyReader } from './company.ts';
import { siteOf } from './mapping.ts';
import { firstMatch, type TrytonErpOptions, trytonErpOptions } from './options.ts';
import { createPlacesReader } from './places.ts';
import { salesOrderOf } from './sales-mapping.ts';
import { createStockReader } from './stock.ts';
import { createStreams } from './streams.ts';
import { SALE_FIELDS, saleRow } from './wire.ts';

export const trytonErpAdapter: Adapter<ErpPort, TrytonErpOptions> = {
  vendor: 'tryton',
  options: trytonErpOptions,
  credentials: ['user', 'password'],
  limits: trytonLimits,
  open: (account, deps) => {
    const { options } = account;
    const { clock, log } = deps;
    const { user = '', password = '' } = account.credentials;
    const client = createTrytonClient(
      { baseUrl: account.baseUrl, database: options.database, user, password },
      { upstream: deps.upstream, clock, log },
    );
    const kindOf = firstMatch(options.siteKinds.map(({ pattern, kind }) => ({ pattern, value: kind })));
    const channelOf = firstMatch(options.channelOf.map(({ pattern, channel }) => ({ pattern, value: channel })));
    const blocked = options.blockedLocations === undefined ? null : new RegExp(options.blockedLocations);
    const company = createCompanyReader({ client });
    const places = createPlacesReader({ isBlocked: (code) => blocked?.test(code) ?? false }, { client, clock });
    const catalog = createCatalogReader({ client, company });

    return {
      ...catalog,
      locations: async (call) => {
        const [{ timeZone }, { rows }] = await Promise.all([company(call), places.refreshed(call)]);
        return rows.flatMap((row) => siteOf(row, { kindOf, timeZone }) ?? []);
      },
      stock: createStockReader({ client, clock, places }),
      salesOrders: async (numbers, call) => {
        if (numbers.length === 0) return [];
        const [{ timeZone }, rows] = await Promise.all([
          company(call),
          client.searchRead('sale.sale', { domain: [['number', 'in', [...new Set(numbers)]]] }, SALE_FIELDS, saleRow, {
            call,
          }),
        ]);
        const byNumber = new Map(rows.map((row) => [row.number, row]));
        return numbers.map((number) => {
          const row = byNumber.get(number);
          return row === undefined ? null : salesOrderOf(row, account.connection, { kindOf, channelOf, timeZone });
        });
      },
      streams: createStreams(options, { kindOf, channelOf }, { client, clock, company }),
    };
  },
};
