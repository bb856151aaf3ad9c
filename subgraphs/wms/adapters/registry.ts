/** The vendors a warehouse connection may name. One line each. */
import { trytonWmsAdapter } from '#subgraphs/wms/adapters/tryton/adapter.ts';

export const wmsAdapters = [trytonWmsAdapter] as const;
