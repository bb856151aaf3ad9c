/** The vendors a POS connection may name. One line each. */
import { squareAdapter } from '#subgraphs/pos/adapters/square/adapter.ts';

export const posAdapters = [squareAdapter] as const;
