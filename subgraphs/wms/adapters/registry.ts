/** The warehouse systems we speak, one line each. */
import type { Adapter } from '#runtime/adapter.ts';
import type { WmsPort } from '../port.ts';
import { trytonWmsAdapter } from './tryton/adapter.ts';

// biome-ignore lint/suspicious/noExplicitAny: each vendor has its own options, validated by its own schema before use.
export const wmsAdapters: readonly Adapter<WmsPort, any>[] = [trytonWmsAdapter];
