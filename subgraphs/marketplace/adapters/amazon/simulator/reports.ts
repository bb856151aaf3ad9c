/** Reports API 2021-06-30, as far as settlement reports need it: found, never ordered, downloaded from another host. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';
import {
  instantOf,
  integerOf,
  invalidInput,
  listOf,
  notFound,
  ok,
  onlyKnown,
  readToken,
  tokenOf,
  wordsOf,
} from './answers.ts';
import { DAY_MS, MINUTE_MS, SIM_AMAZON, VENDOR } from './constants.ts';
import { drawSettlements, type SettlementFile, type Settling, settleOrder } from './settlement.ts';
import type { SimOrder, World } from './world.ts';

const REPORT_TYPE = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2';
const STATUSES = ['CANCELLED', 'DONE', 'FATAL', 'IN_PROGRESS', 'IN_QUEUE'] as const;
const FILE_LIFE_MS = 5 * MINUTE_MS;
const LISTED_FOR_MS = 90 * DAY_MS;

const reportBody = (file: SettlementFile) => ({
  reportId: file.reportId,
  reportType: REPORT_TYPE,
  marketplaceIds: [SIM_AMAZON.marketplace.marketplaceId],
  dataStartTime: isoOf(file.startMs),
  dataEndTime: isoOf(file.endMs),
  createdTime: isoOf(file.createdMs),
  processingStatus: 'DONE',
  processingStartTime: isoOf(file.createdMs),
  processingEndTime: isoOf(file.createdMs),
  reportDocumentId: file.documentId,
});

const resumed = (token: string): { readonly asked: URLSearchParams; readonly skip: number } => {
  const { position } = readToken(token, '');
  const blank = position.indexOf(' ');
  return { asked: new URLSearchParams(position.slice(blank + 1)), skip: Number(position.slice(0, blank)) };
};

export type ReportsApi = {
  list(query: URLSearchParams): SimResponse;
  get(reportId: string): SimResponse;
  document(documentId: string, request: SimRequest): SimResponse;
  /** The file behind a presigned address, which stands for another host: S3. */
  download(request: SimRequest): SimResponse;
  /** Makes a report that settles this order now; its id. */
  settle(order: SimOrder, settling: Settling): string;
};

export const createReportsApi = (world: World, deps: { readonly clock: Clock; readonly ids: Ids }): ReportsApi => {
  const files: SettlementFile[] = [...drawSettlements(world)];
  let settled = 0;
  const addresses = new Map<string, { readonly file: SettlementFile; readonly endsAtMs: number }>();

  return {
    settle: (order, settling) => {
      settled += 1;
      const file = settleOrder(order, settling, settled, deps.clock.now());
      files.push(file);
      return file.reportId;
    },

    list: (query) => {
      const given = query.get('nextToken');
      if (given !== null) onlyKnown(query, ['nextToken']);
      // A page token stands for the whole request it came from.
      const { asked, skip } = given === null ? { asked: query, skip: 0 } : resumed(given);
      onlyKnown(asked, [
        'reportTypes',
        'processingStatuses',
        'marketplaceIds',
        'pageSize',
        'createdSince',
        'createdUntil',
      ]);
      const types = listOf(asked, 'reportTypes', 10);
      if (types === null) throw invalidInput('reportTypes is required where nextToken is not given');
      const statuses = wordsOf(asked, 'processingStatuses', STATUSES);
      const marketplaces = listOf(asked, 'marketplaceIds', 10);
      const size = integerOf(asked, 'pageSize', 1, 100, 10);
      const sinceMs = instantOf(asked, 'createdSince') ?? deps.clock.now() - LISTED_FOR_MS;
      const untilMs = instantOf(asked, 'createdUntil') ?? deps.clock.now();
      const left = files
        .filter(
          (file) =>
            types.includes(REPORT_TYPE) &&
            (statuses?.includes('DONE') ?? true) &&
            (marketplaces?.includes(SIM_AMAZON.marketplace.marketplaceId) ?? true) &&
            file.createdMs >= sinceMs &&
            file.createdMs <= untilMs,
        )
        .slice(skip);
      const token = { position: `${skip + size} ${asked}`, filters: '', madeAtMs: deps.clock.now() };
      return ok({
        reports: left.slice(0, size).map(reportBody),
        ...(left.length > size ? { nextToken: tokenOf(token) } : {}),
      });
    },

    get: (reportId) => {
      const file = files.find((candidate) => candidate.reportId === reportId);
      if (file === undefined) throw notFound(`there is no report ${reportId}`);
      return ok(reportBody(file));
    },

    document: (documentId, request) => {
      onlyKnown(request.query, ['enableContentEncodingUrlHeader']);
      const file = files.find((candidate) => candidate.documentId === documentId);
      if (file === undefined) throw notFound(`there is no report document ${documentId}`);
      const signature = deps.ids.token(18);
      addresses.set(signature, { file, endsAtMs: deps.clock.now() + FILE_LIFE_MS });
      const host = request.headers.host ?? 'localhost';
      return ok({
        reportDocumentId: documentId,
        url: `http://${host}/${VENDOR}/report-files/${documentId}?signature=${signature}`,
      });
    },

    download: (request) => {
      // The real host would not care; this one does, so that a token that leaks to it is seen.
      if (request.headers['x-amz-access-token'] !== undefined) {
        return { status: 400, body: 'the access token must not be sent to the file host' };
      }
      const address = addresses.get(request.query.get('signature') ?? '');
      const isValid =
        address !== undefined && deps.clock.now() < address.endsAtMs && request.path.endsWith(address.file.documentId);
      return isValid
        ? { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: address.file.text }
        : { status: 403, body: 'the signature does not match or has expired' };
    },
  };
};
