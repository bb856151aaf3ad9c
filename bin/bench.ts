/** npm run bench -- <name> [part ...]: prints the figures and writes them to .throughline/bench/<name>.json */
import { availabilityBench } from './bench/availability/availability.ts';
import { callsBench } from './bench/calls/calls.ts';
import { type Bench, keep, tableOf } from './bench/figures.ts';
import { gatewayBench } from './bench/gateway/gateway.ts';
import { ordersBench } from './bench/orders/orders.ts';
import { readEnvironment } from './environment.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  calls: callsBench,
  availability: availabilityBench,
  gateway: gatewayBench,
  orders: ordersBench,
};

const [name = '', ...parts] = process.argv.slice(2);
const bench = BENCHES[name];
if (!bench) {
  const list = Object.entries(BENCHES).map(([key, { about }]) => `  ${key.padEnd(14)} ${about}`);
  process.stderr.write(
    `${name === '' ? 'Which benchmark?' : `There is no benchmark "${name}".`} Known are:\n${list.join('\n')}\n`,
  );
  process.exit(2);
}
try {
  const result = await bench.run(process.env, parts);
  const file = keep(readEnvironment(process.env).home, name, result);
  const notes = (result.notes ?? []).map((note) => `${note}\n`).join('');
  process.stdout.write(`\n${tableOf(result.lines)}\n${notes}\nwritten to ${file}\n`);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
