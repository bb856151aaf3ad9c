/** Prints a development token: npm run --silent token -- --scopes orders:read,stock:raw --channel web [--customer C1000] [--hours 8] */
import { parseArgs } from 'node:util';
import { systemClock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { mintToken } from '#runtime/graphql/identity.ts';
import { identityOptions, readEnvironment } from './environment.ts';

const KNOWN_SCOPES = [
  'storefront',
  'customer',
  'orders:read',
  'orders:systems',
  'stock:raw',
  'ops:read',
  'ops:write',
  'finance:read',
  'marketplace:write',
  'store:operate',
];

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      scopes: { type: 'string', default: 'storefront' },
      channel: { type: 'string', default: 'web' },
      customer: { type: 'string' },
      hours: { type: 'string', default: '8' },
    },
  });
  const scopes = values.scopes
    .split(',')
    .map((scope) => scope.trim())
    .filter(Boolean);
  const unknown = scopes.find((scope) => !KNOWN_SCOPES.includes(scope));
  if (unknown)
    throw new Failure('BAD_INPUT', `--scopes: "${unknown}" is not a scope; known are ${KNOWN_SCOPES.join(', ')}.`);
  const hours = Number(values.hours);
  if (!(hours > 0))
    throw new Failure('BAD_INPUT', `--hours ${values.hours}: how long the token is good for, a number above 0.`);
  const environment = readEnvironment(process.env);
  const token = await mintToken(
    identityOptions(environment),
    {
      channel: values.channel,
      scopes,
      lifetimeSeconds: Math.round(hours * 3600),
      ...(values.customer ? { customer: values.customer } : {}),
    },
    { clock: systemClock },
  );
  process.stdout.write(`${token}\n`);
};

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
