import { afterEach, describe, expect, test } from '@jest/globals';
import { createLogger, silentLogger } from '../logging/logger.ts';
import { createMetrics } from '../metrics/create-metrics.ts';
import type { Readiness } from './readiness.ts';
import { type OperationsServer, serveOperations } from './serve-operations.ts';

let server: OperationsServer | undefined;
afterEach(async () => {
  await server?.close();
});

const serve = async (readiness: () => Promise<Readiness>, logger = silentLogger): Promise<string> => {
  const metrics = createMetrics({ service: 'test', version: '1', logger });
  server = await serveOperations({ host: '127.0.0.1', port: 0, readiness, metrics, logger });
  return server.url;
};
const ready = async (): Promise<Readiness> => ({ isReady: true, checks: { database: 'ok' } });

describe('the port of operations', () => {
  test('when it is asked, then it tells that the process lives, whether it is ready, and its metrics', async () => {
    const url = await serve(ready);
    const [live, readyz, metrics] = await Promise.all(['/livez', '/readyz', '/metrics?x=1'].map((path) => fetch(`${url}${path}`)));
    expect([live?.status, readyz?.status, metrics?.status]).toEqual([200, 200, 200]);
    expect(await readyz?.json()).toEqual({ status: 'ok', checks: { database: 'ok' } });
    expect(await metrics?.text()).toContain('otklik_build_info{service="test",version="1"} 1');
  });

  test('when something is wrong, then it is not ready and says what', async () => {
    const url = await serve(async () => ({ isReady: false, checks: { process: 'draining' } }));
    const answer = await fetch(`${url}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([503, { status: 'unavailable', checks: { process: 'draining' } }]);
  });

  test('when a probe itself breaks, then it is not ready, and the log says why', async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'warn', service: 'test', write: (line) => lines.push(line) });
    const url = await serve(() => Promise.reject(new Error('away')), logger);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect(lines.join('')).toContain('away');
  });

  test('when something else is asked for, then there is nothing', async () => {
    const url = await serve(ready);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${url}/v1/jobs`)).status).toBe(404);
  });

  test('when the port is taken, then it says so', async () => {
    const url = await serve(ready);
    const options = { host: '127.0.0.1', port: Number(new URL(url).port), readiness: ready, logger: silentLogger };
    const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
    await expect(serveOperations({ ...options, metrics })).rejects.toThrow('OPERATIONS_PORT');
  });
});
