import { createServer } from 'node:net';
import { EmbeddedPostgresError } from './embedded-postgres-errors.ts';

/** Ports where a person expects a PostgreSQL or a Redis of their own. */
const CONVENTIONAL_PORTS: ReadonlySet<number> = new Set([5432, 6379]);

/** A TCP port of 127.0.0.1 that nobody listens on right now. Somebody may take it before the caller does. */
export const findFreePort = async (): Promise<number> => {
  const port = await askSystem();
  return CONVENTIONAL_PORTS.has(port) ? findFreePort() : port;
};

const askSystem = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new EmbeddedPostgresError('The system gave no free TCP port.'));
      });
    });
  });
