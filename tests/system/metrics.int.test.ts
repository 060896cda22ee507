import { afterEach, expect, test } from '@jest/globals';
import { describeWithRedis, waitFor } from '@otklik/testing';
import { operationsOf, scrape } from './testing/operations.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';

let stores: QueueStores;
let product: ProductUnderTest;
afterEach(async () => {
  await product.stop();
  await stores.close();
});

const OPERATIONS = { OPERATIONS_PORT: '0' };

describeWithRedis('what an operator sees without a key', () => {
  test('when a pipeline has run, then API and worker tell what they did, and queues that are empty are told as such', async () => {
    stores = await openStores('redis');
    product = await startProduct(stores);
    const api = await product.startApi(OPERATIONS);
    const worker = await product.startWorker('w1', OPERATIONS);
    const caller = await product.caller(api);
    const submitted = await caller.call('POST', '/v1/jobs/parse', { target: { wall: 'empty' }, then: [{ type: 'analyze' }] });
    const id = typeof submitted.body === 'object' && submitted.body !== null && 'id' in submitted.body ? String(submitted.body.id) : '';
    expect(await caller.end(id)).toMatchObject({ state: 'succeeded' });

    const workerUrl = operationsOf(worker);
    // What has not happened yet is told too: the first time must be seen as growth.
    expect((await scrape(workerUrl)).text).toContain('otklik_jobs_finished_total{type="export",state="failed"} 0');
    await waitFor(async () => (await scrape(workerUrl)).value('otklik_jobs_finished_total', ['state="succeeded"']) === 2);
    const seen = await scrape(workerUrl);
    expect(seen.value('otklik_job_attempts_total', ['type="parse"', 'end="succeeded"'])).toBe(1);
    expect(seen.value('otklik_job_run_duration_seconds_count')).toBe(2);
    expect(seen.value('otklik_job_start_latency_seconds_count')).toBe(2);
    expect(seen.value('otklik_worker_open', ['type="export"'])).toBe(1);
    const ofApi = await scrape(operationsOf(api.process));
    expect(ofApi.value('otklik_http_requests_total', ['route="/v1/jobs/parse"', 'status="202"'])).toBe(1);
    expect(ofApi.text).toContain('otklik_queue_jobs{type="parse",priority="critical",state="waiting"} 0');
    expect(ofApi.value('otklik_jobs_dispatched_total') + seen.value('otklik_jobs_dispatched_total')).toBe(2);
    expect(ofApi.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);

    const queues = await caller.call('GET', '/v1/queues');
    expect(queues).toMatchObject({ status: 200, body: { items: [{ name: 'parse' }, { name: 'analyze' }, { name: 'export' }] } });
    const [ready, live] = await Promise.all(['/readyz', '/livez'].map((path) => fetch(`${workerUrl}${path}`)));
    expect([ready?.status, live?.status]).toEqual([200, 200]);
  });

  test('when somebody asks for paths that are not there, then they are one series and not many', async () => {
    stores = await openStores('redis');
    product = await startProduct(stores);
    const api = await product.startApi(OPERATIONS);
    await Promise.all(Array.from({ length: 20 }, (_, index) => fetch(`${api.url}/nothing/${index}`)));
    const seen = await scrape(operationsOf(api.process));
    expect(seen.value('otklik_http_requests_total', ['route="unmatched"', 'status="404"'])).toBe(20);
    expect(seen.text).not.toContain('/nothing/');
    expect((await fetch(`${api.url}/metrics`)).status).toBe(401);
  });
});
