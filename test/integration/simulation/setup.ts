import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost } from '#simulation/host/host.ts';
import type { LedgerReport } from '#simulation/host/ledger.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { tinySimulator } from '#test/support/tiny-simulator.ts';

export type Setup = AsyncDisposable & {
  readonly clock: TestClock;
  /** URL of the tiny vendor. */
  readonly url: string;
  readonly hostUrl: string;
  readonly port: number;
  readonly control: SimulatorControl;
  /** Asks the ledger until it shows what is waited for; the test's own time limit ends a wait in vain. */
  ledgerWhere(holds: (report: LedgerReport) => boolean): Promise<LedgerReport>;
};

export const openTinyHost = async (): Promise<Setup> => {
  const clock = createTestClock();
  const host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'small' },
    { clock, ids: systemIds, log: silentLog, factories: [tinySimulator] },
  );
  const control = createSimulatorControl({ url: host.url, vendor: 'tiny' }, { fetch });
  return {
    clock,
    url: `${host.url}/tiny`,
    hostUrl: host.url,
    port: host.port,
    control,
    ledgerWhere: async (holds) => {
      let report = await control.ledger();
      while (!holds(report)) report = await control.ledger();
      return report;
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
};
