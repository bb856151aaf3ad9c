/** The company whose books we read: its currency and time zone, asked for once. */
import type { CallOptions } from '#model/call.ts';
import { Failure } from '#runtime/failure.ts';
import type { TrytonClient } from '#vendors/tryton/client.ts';
import { COMPANY_FIELDS, companyRow } from './wire.ts';

export type CompanyFacts = { readonly currency: string; readonly timeZone: string };

export type CompanyReader = (call: CallOptions) => Promise<CompanyFacts>;

export const createCompanyReader = (deps: { readonly client: TrytonClient }): CompanyReader => {
  let known: CompanyFacts | null = null;
  return async (call) => {
    if (known !== null) return known;
    const [row] = await deps.client.searchRead(
      'company.company',
      { domain: [], order: [['id', 'ASC']], limit: 1 },
      COMPANY_FIELDS,
      companyRow,
      { call },
    );
    if (row === undefined) {
      throw new Failure(
        'UPSTREAM_REFUSED',
        "Tryton shows no company to this user; add the user to the company's users.",
        {
          field: 'company.company',
        },
      );
    }
    known = { currency: row['currency.'].code, timeZone: row.timezone ?? 'UTC' };
    return known;
  };
};
