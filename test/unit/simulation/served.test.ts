import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { SIMULATORS } from '#bin/simulators.ts';
import { systemClock } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { drawCompany } from '#simulation/company/generate.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The vendors that have a simulator in their folder. */
const vendorFolders = (): string[] =>
  globSync(['subgraphs/*/adapters/*/simulator/simulator.ts', 'vendors/*/simulator/simulator.ts'], { cwd: ROOT })
    .map((file) => file.split(/[\\/]/).at(-3) ?? '')
    .sort();

describe('the simulator process', () => {
  it('serves the simulator of every vendor that has one, under the name of its folder (bin/simulators.ts)', () => {
    expect(SIMULATORS.map((factory) => factory.vendor).sort()).toEqual(vendorFolders());
  });

  it.each(['small', 'full'] as const)('can show the %s company with each of them', (size) => {
    const company = drawCompany({ size, nowMs: Date.UTC(2026, 2, 2, 9) });
    const deps = {
      clock: systemClock,
      ids: systemIds,
      log: silentLog,
      deliver: () => undefined,
      recordWrite: () => undefined,
    };
    for (const factory of SIMULATORS) expect(factory.create(company, deps)).toBeDefined();
  });
});
