import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { describeWithChromium, openBrowser } from './testing/browser-under-test.ts';

describeWithChromium('the browser of the tests', () => {
  test('when a page wants something from elsewhere, then it does not get it and the test learns of it', async () => {
    const server = createServer((_req, res) => {
      res.setHeader('Content-Type', 'text/html');
      res.end('<h1>Here</h1><img src="http://elsewhere.example/x.png"><link rel="icon" href="data:,">');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const browser = await openBrowser();
    await browser.page.goto(`http://127.0.0.1:${port}/`);
    expect(await browser.page.textContent('h1')).toBe('Here');
    expect(browser.strangers()).toEqual(['http://elsewhere.example/x.png']);
    expect(browser.complaints.join('\n')).toContain('ERR_FAILED');
    await browser.close();
    server.close();
  });
});
