/** The one list of marketplace vendors: a line here is all that a new adapter folder needs. */
import { amazonAdapter } from './amazon/adapter.ts';

export const marketplaceAdapters = [amazonAdapter];
