import { expect, test } from '@jest/globals';
import { committedDocument } from '@otklik/testing';
import { errorsPage } from './testing/errors-page.ts';

test('when the page about errors is read, then it says what the code does (npm run docs writes it)', () => {
  const page = errorsPage();
  expect(committedDocument('docs/errors.md', page)).toBe(page);
});
