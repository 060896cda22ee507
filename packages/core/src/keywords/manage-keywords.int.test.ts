import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest } from '@otklik/testing';
import { makeAddKeyword, makeListKeywords, makeRemoveKeyword } from './manage-keywords.ts';

let data: DataUnderTest;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());

describe('keywords', () => {
  test('when another form of a known phrase is added, then the known one comes back until it is removed', async () => {
    const workspaceId = await data.workspace();
    const { keywords } = data.db;
    const add = makeAddKeyword({ keywords, newId });
    const first = await add({ workspaceId, phrase: ' Доставка еды ' });
    expect(first).toMatchObject({ phrase: 'Доставка еды', normalized: 'доставк ед' });
    expect(await add({ workspaceId, phrase: 'доставку еды' })).toEqual(first);
    expect(await makeListKeywords({ keywords })(workspaceId)).toEqual([first]);
    expect(await makeRemoveKeyword({ keywords })(workspaceId, first.id)).toBe(true);
    expect(await makeRemoveKeyword({ keywords })(workspaceId, first.id)).toBe(false);
  });

  test('when a phrase has no words, then it is refused', async () => {
    const add = makeAddKeyword({ keywords: data.db.keywords, newId });
    await expect(add({ workspaceId: await data.workspace(), phrase: '🔥!' })).rejects.toMatchObject({
      code: 'VALIDATION',
      faults: [{ pointer: '/phrase' }],
    });
  });
});
