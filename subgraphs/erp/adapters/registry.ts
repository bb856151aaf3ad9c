/** The ERPs we speak, one line each. */
import type { Adapter } from '#runtime/adapter.ts';
import type { ErpPort } from '../port.ts';
import { trytonErpAdapter } from './tryton/adapter.ts';

// biome-ignore lint/suspicious/noExplicitAny: each vendor has its own options, validated by its own schema before use.
export const erpAdapters: readonly Adapter<ErpPort, any>[] = [trytonErpAdapter];
