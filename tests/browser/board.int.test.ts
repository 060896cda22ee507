import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { makeCreateKey } from '@otklik/core';
import { newId } from '@otklik/shared';
import { REPO_ROOT, waitFor } from '@otklik/testing';
import type { ApiCaller } from '../system/testing/api-caller.ts';
import { type ProductUnderTest, startProduct } from '../system/testing/product-under-test.ts';
import { type QueueStores, openStores } from '../system/testing/queue-stores.ts';
import { type BrowserUnderTest, describeWithChromium, openBrowser } from './testing/browser-under-test.ts';

/** The pictures of docs/board.md; made anew when asked for. */
const PICTURES = join(REPO_ROOT, 'docs/images');

describeWithChromium('the board in a real browser', () => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let browser: BrowserUnderTest;
  afterEach(async () => {
    await product.stop();
    await browser.close();
    await stores.close();
  });

  const picture = async (name: string): Promise<void> => {
    if (process.env['WRITE_PICTURES'] !== '1') return;
    mkdirSync(PICTURES, { recursive: true });
    await browser.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  };

  test('when an operator looks, then the board shows what is in the queue, loads nothing from elsewhere, leads to a job, and pauses a queue', async () => {
    stores = await openStores('postgres');
    product = await startProduct(stores);
    const api = await product.startApi({ BULL_BOARD: 'write', OTKLIK_ENVIRONMENT: 'staging' });
    await product.startWorker('worker-1', { WORKER_QUEUES: 'parse,analyze' });
    const password = await makeKey(product);
    browser = await openBrowser({ credentials: { username: 'operator', password } });
    const job = await fill(await product.caller(api));
    const { page } = browser;

    await page.goto(`${api.url}/admin/queues/queue/export`);
    await page.getByText('dispatch 1').first().waitFor();
    await page.locator('main button').first().click();
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await waitFor(async () => (await product.db.queuePauses.list()).some(({ type }) => type === 'export'));

    await page.goto(`${api.url}/admin/queues`);
    await page.getByText('staging').first().waitFor();
    await page.locator('main').getByText('3 Jobs').waitFor();
    await picture('board-queues');

    await page.goto(`${api.url}/admin/queues/queue/parse`);
    await page.getByText('VK_API').first().waitFor();
    await picture('board-deliveries');
    const [tab] = await Promise.all([page.context().waitForEvent('page'), page.getByText('The job').first().click()]);
    await tab.waitForLoadState();
    expect(JSON.parse((await tab.textContent('body')) ?? '')).toMatchObject({ id: job, state: 'succeeded' });

    expect(browser.requested.length).toBeGreaterThan(10);
    // A page that is left gives up what it was asking for.
    expect(browser.complaints.filter((one) => !one.endsWith('ERR_ABORTED'))).toEqual([]);
    expect(browser.strangers()).toEqual([]);
  }, 60_000);
});

/** Something on every shelf: ends of both kinds, and exports that nobody works on. */
const fill = async (caller: ApiCaller): Promise<string> => {
  const lost = await caller.submit('parse', { target: { wall: 'no_such_wall' } });
  const found = await caller.submit('parse', { target: { wall: 'empty' }, priority: 'high', then: [{ type: 'analyze' }] });
  for (const priority of ['low', 'normal', 'critical'])
    await caller.submit('export', { scope: { walls: ['-1'] }, format: 'csv', priority });
  await caller.end(lost.id);
  await caller.pipelineEnd(found.id);
  return found.id;
};

const makeKey = async ({ db }: ProductUnderTest): Promise<string> => {
  const createKey = makeCreateKey({ keys: db.keys, workspaces: db.workspaces, newId });
  return (await createKey({ workspace: 'test', name: 'operator', scopes: ['admin'] })).text;
};
