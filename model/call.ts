/** Who waits for a call, most urgent first: a store or checkout before a product page before a list before a sweep. */
export type CallClass = 'CHECKOUT' | 'DETAIL' | 'BROWSE' | 'BACKGROUND';

/** What every outbound read or write carries: the caller's cancellation and deadline, and its urgency. */
export type CallOptions = {
  /** Aborts when the caller is gone or its time is up. */
  readonly signal: AbortSignal;
  readonly callClass: CallClass;
  readonly correlationId: string;
  /** When the caller's time is up, in milliseconds since the epoch: a wait that would end later is not begun. */
  readonly deadlineMs?: number;
};

export type Page<T> = {
  readonly items: readonly T[];
  readonly nextOffset: number | null;
  readonly total: number | null;
};
