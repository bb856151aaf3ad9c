/** The vendors a marketplace connection may name. One line each. */
import { amazonAdapter } from '#subgraphs/marketplace/adapters/amazon/adapter.ts';

export const marketplaceAdapters = [amazonAdapter] as const;
