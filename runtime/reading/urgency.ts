/** The order of call classes. */
import type { CallClass } from '#model/call.ts';

const RANK: Readonly<Record<CallClass, number>> = { CHECKOUT: 0, DETAIL: 1, BROWSE: 2, BACKGROUND: 3 };

export const isMoreUrgent = (one: CallClass, other: CallClass): boolean => RANK[one] < RANK[other];

export const moreUrgentOf = (one: CallClass, other: CallClass): CallClass => (isMoreUrgent(one, other) ? one : other);
