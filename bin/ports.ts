/** Ports before anything starts: free ones for 0, and a clear word when a wanted one is taken. */
import { createServer } from 'node:net';
import { Failure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import { PORTS, SERVICE_NAMES, type ServiceName } from './environment.ts';

/** Below the range that systems hand out for port 0 and for outgoing connections: nobody gets these by chance. */
const FIRST = 20_000;
const RANGE = 10_000;
const TRIES = 50;

/** Binds and releases: whether the port is free now. */
const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, host, () => server.close(() => resolve(true)));
  });

export const portInUse = (port: number, service: ServiceName): Failure => {
  const { variable } = PORTS[service];
  return new Failure(
    'PORT_IN_USE',
    `Port ${port} (${service}) is in use. Stop what listens there, or set ${variable} to another port (${variable}=0 picks a free one).`,
    { field: variable },
  );
};

export const choosePorts = async (
  host: string,
  wanted: Readonly<Record<ServiceName, number>>,
  deps: { readonly ids: Pick<Ids, 'random'> },
): Promise<Readonly<Record<ServiceName, number>>> => {
  const chosen = new Map<ServiceName, number>();
  const pick = async (service: ServiceName): Promise<number> => {
    for (let tries = 0; tries < TRIES; tries++) {
      const port = FIRST + Math.floor(deps.ids.random() * RANGE);
      if (![...chosen.values()].includes(port) && (await isFree(host, port))) return port;
    }
    throw new Failure('PORT_IN_USE', `No free port was found for ${service} between ${FIRST} and ${FIRST + RANGE}.`);
  };
  for (const service of SERVICE_NAMES) {
    const port = wanted[service];
    if (port !== 0 && !(await isFree(host, port))) throw portInUse(port, service);
    chosen.set(service, port === 0 ? await pick(service) : port);
  }
  return Object.fromEntries(chosen) as Record<ServiceName, number>;
};
