/** Events on their way to one client: bounded, pulled, and ended promptly even while somebody waits. */

export type EventQueue<T> = {
  /** Adds an event. A queue that is full gives up everything in it and ends with `overflow`. */
  push(item: T): void;
  /** Ends after what is queued: with an error, or quietly. */
  end(error?: unknown): void;
  /** Ends now; what is queued is dropped. */
  cancel(): void;
  /** The next event, or null at the end; throws the error it ended with. */
  take(): Promise<T | null>;
};

type State = { readonly kind: 'open' } | { readonly kind: 'ended'; readonly error?: unknown };

export const createEventQueue = <T>(
  capacity: number,
  overflow: () => unknown,
  onOverflow: () => void,
): EventQueue<T> => {
  let items: T[] = [];
  let state: State = { kind: 'open' };
  let wake: (() => void) | null = null;

  const endWith = (next: State): void => {
    state = next;
    wake?.();
  };

  return {
    push: (item) => {
      if (state.kind === 'ended') return;
      if (items.length >= capacity) {
        items = [];
        endWith({ kind: 'ended', error: overflow() });
        onOverflow();
        return;
      }
      items.push(item);
      wake?.();
    },
    end: (error) => {
      if (state.kind === 'open') endWith(error === undefined ? { kind: 'ended' } : { kind: 'ended', error });
    },
    cancel: () => {
      items = [];
      endWith({ kind: 'ended' });
    },
    take: async () => {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) return item;
        if (state.kind === 'ended') {
          if ('error' in state) throw state.error;
          return null;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
    },
  };
};
