/** What an answer is wanted for: decides who is served first, how old it may be and who waits for a better one. */
import type { CallClass } from './call.ts';

export const PURPOSES = ['BROWSE', 'DETAIL', 'CART', 'CHECKOUT', 'STORE_ASSOCIATE'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** How urgent a call is that such an answer needs: store staff stand before a customer, as a checkout does. */
export const CLASS_OF_PURPOSE: Readonly<Record<Purpose, CallClass>> = {
  BROWSE: 'BROWSE',
  DETAIL: 'DETAIL',
  CART: 'DETAIL',
  CHECKOUT: 'CHECKOUT',
  STORE_ASSOCIATE: 'CHECKOUT',
};

/**
 * How long a caller waits for something newer than what is kept, in milliseconds: 0 takes what is kept and has it
 * renewed behind the caller's back. A caller for whom nothing is kept waits for its deadline whatever its purpose.
 */
export const WAIT_OF_PURPOSE: Readonly<Record<Purpose, number>> = {
  BROWSE: 0,
  DETAIL: 0,
  CART: 800,
  CHECKOUT: 2_000,
  STORE_ASSOCIATE: 2_000,
};
