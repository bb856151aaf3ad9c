/** Ports before anything starts: free ones for 0, and a clear word when a wanted one is taken. */
import { createServer } from 'node:net';
import { Failure } from '#runtime/failure.ts';
import { PORTS, SERVICE_NAMES, type ServiceName } from './environment.ts';

/** Binds and releases: the port is free now. Rejects with PORT_IN_USE, naming the variable that changes it. */
const probe = (host: string, port: number, service: ServiceName): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const { variable } = PORTS[service];
      reject(
        error.code === 'EADDRINUSE'
          ? new Failure(
              'PORT_IN_USE',
              `Port ${port} (${service}) is in use. Stop what listens there, or set ${variable} to another port (${variable}=0 picks a free one).`,
              { field: variable },
            )
          : error,
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });

export const choosePorts = async (
  host: string,
  wanted: Readonly<Record<ServiceName, number>>,
): Promise<Readonly<Record<ServiceName, number>>> => {
  const chosen = new Map<ServiceName, number>();
  for (const service of SERVICE_NAMES) chosen.set(service, await probe(host, wanted[service], service));
  return Object.fromEntries(chosen) as Record<ServiceName, number>;
};
