/** The Tryton part of docs/reference/simulators.md says what the simulator does. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ACT_KINDS } from '#vendors/tryton/simulator/acts.ts';
import { SALE_STAGES } from '#vendors/tryton/simulator/flow/stages.ts';
import { withoutRecords } from '#vendors/tryton/simulator/models/base.ts';
import { MODELS } from '#vendors/tryton/simulator/world.ts';
import { createBench } from './bench.ts';

const page = readFileSync(new URL('../../../../../docs/reference/simulators.md', import.meta.url), 'utf8');
const part = page.slice(page.indexOf('\n## Tryton')).split(/\n## (?!Tryton)/)[0] ?? '';
const cell = (row: string): string => part.split('\n').find((line) => line.startsWith(`| ${row} |`)) ?? '';

describe('the reference of the simulated Tryton', () => {
  test('names every act, and no other', () => {
    const acts = part.slice(part.indexOf('What can happen'));
    expect([...acts.matchAll(/^\| `([a-zA-Z]+)` \|/gm)].map((row) => row[1]).sort()).toEqual([...ACT_KINDS].sort());
  });

  test('names every model that has records, with every button', () => {
    const models = MODELS.filter((model) => !withoutRecords.includes(model));
    const named = [...cell('models').matchAll(/`([a-z_.]+)`/g)].map((match) => match[1]);
    expect(named.sort()).toEqual(models.map(({ name }) => name).sort());
    const buttons = cell('buttons');
    for (const { name, methods } of models) {
      for (const method of Object.keys(methods).filter((candidate) => candidate !== 'get_preferences')) {
        expect([name, method, buttons.includes(`\`${name}\``), buttons.includes(method)]).toEqual([
          name,
          method,
          true,
          true,
        ]);
      }
    }
  });

  test('names every stage, and shows an act that works as it stands', async () => {
    for (const stage of SALE_STAGES) expect(part).toContain(`\`${stage}\``);
    const [, shown = ''] = /_control\/act -d '([^']+)'/.exec(part) ?? [];
    const bench = createBench();
    expect(await bench.simulator.act(JSON.parse(shown) as Record<string, unknown>)).toMatchObject({
      reference: 'WEB-90001',
      state: 'processing',
    });
  });
});
