import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ApiUnderTest, startApiUnderTest } from '../../apps/api/src/testing/api-under-test.ts';
import { type BrowserUnderTest, describeWithChromium, openBrowser } from './testing/browser-under-test.ts';

describeWithChromium('the page /docs', () => {
  let api: ApiUnderTest;
  let browser: BrowserUnderTest;
  beforeAll(async () => {
    api = await startApiUnderTest();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await api.close();
  });

  test('when somebody without a key opens it, then every operation is there, from this server only', async () => {
    const { page } = browser;
    await page.goto(`${api.url}/docs`);
    await page.waitForSelector('.opblock');
    const served = api.routes.filter(({ doc }) => !('undocumented' in doc));
    expect(await page.locator('.opblock').count()).toBe(served.length);
    expect(browser.strangers()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('when an operation is opened and sent with a key, then its example is a request that the API takes', async () => {
    const { page } = browser;
    const key = await api.key();
    await page.click('.auth-wrapper .authorize');
    await page.fill('.auth-container input', key);
    await page.click('.auth-btn-wrapper .authorize');
    await page.click('.auth-btn-wrapper .btn-done');
    const submit = page.locator('#operations-Jobs-submitParse');
    await submit.locator('.opblock-summary-control').click();
    await submit.locator('.try-out__btn').click();
    await submit.locator('.execute').click();
    await submit.locator('.live-responses-table').waitFor();
    expect(await submit.locator('.live-responses-table tbody .response-col_status').first().textContent()).toContain('202');
    expect(browser.strangers()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
