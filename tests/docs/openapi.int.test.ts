import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { committedDocument } from '@otklik/testing';
import { findBreakingChanges } from '../../apps/api/src/testing/compare/compare-documents.ts';
import { type ApiUnderTest, startApiUnderTest } from '../../apps/api/src/testing/api-under-test.ts';

const SNAPSHOT = 'docs/openapi.json';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api.close());

test('when the API changes, then docs/openapi.json changes with it, and no caller breaks by accident', async () => {
  const document: unknown = await (await fetch(`${api.url}/openapi.json`)).json();
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const before: unknown = JSON.parse(committedDocument(SNAPSHOT) || text);
  const breaking = process.env['BREAK_API'] === '1' ? [] : findBreakingChanges(before, document);
  if (breaking.length > 0)
    throw new Error(
      `These changes break callers of the API:\n- ${breaking.join('\n- ')}\n` +
        `If that is meant, say so in CHANGELOG.md and run: BREAK_API=1 npm run docs`,
    );
  if (committedDocument(SNAPSHOT, text) !== text) throw new Error(`The API has grown: npm run docs writes it into ${SNAPSHOT}.`);
  expect(Object.keys(Object(document))).toContain('paths');
});

test('trap 21: when anybody calls the API, then no login or password of VK is asked for', async () => {
  const document = await (await fetch(`${api.url}/openapi.json`)).text();
  const names = [...document.matchAll(/"([A-Za-z]+)":/g)].map(([, name]) => name);
  expect(names).toContain('token');
  expect(names.filter((name) => /passw|login|phone/i.test(name ?? ''))).toEqual([]);
});
