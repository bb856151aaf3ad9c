/** Client of a simulator's control endpoints, for tests, demos and benchmarks. */
import type { Fault } from '#simulation/host/fault-board.ts';
import type { FaultInput } from '#simulation/host/faults.ts';
import type { LedgerReport } from '#simulation/host/ledger.ts';

export type SimulatorControl = {
  /** Adds a fault and returns it with its id. */
  addFault(fault: FaultInput): Promise<Fault>;
  /** Those still in force. */
  faults(): Promise<readonly Fault[]>;
  /** Clears one fault, or all without an id. */
  clearFaults(id?: string): Promise<void>;
  ledger(): Promise<LedgerReport>;
  resetLedger(): Promise<void>;
  /** Makes something happen in the simulated shop; what comes back is the simulator's own. */
  act(command: { readonly kind: string } & Readonly<Record<string, unknown>>): Promise<unknown>;
};

/** The simulator refused a control request; the message is its own. */
export class ControlRefused extends Error {
  override readonly name = 'ControlRefused';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const messageOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : JSON.stringify(body);

export const createSimulatorControl = (
  options: { /** The host's URL, without the vendor. */ readonly url: string; readonly vendor: string },
  deps: { readonly fetch: typeof globalThis.fetch },
): SimulatorControl => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await deps.fetch(`${options.url}/${options.vendor}/_control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw new ControlRefused(response.status, messageOf(answer));
    return answer;
  };
  // Both ends of these endpoints are in this folder and share the types.
  return {
    addFault: async (fault) => (await call('POST', 'faults', fault)) as Fault,
    faults: async () => ((await call('GET', 'faults')) as { readonly faults: readonly Fault[] }).faults,
    clearFaults: async (id) => {
      await call('DELETE', id === undefined ? 'faults' : `faults/${encodeURIComponent(id)}`);
    },
    ledger: async () => (await call('GET', 'ledger')) as LedgerReport,
    resetLedger: async () => {
      await call('DELETE', 'ledger');
    },
    act: (command) => call('POST', 'act', command),
  };
};
