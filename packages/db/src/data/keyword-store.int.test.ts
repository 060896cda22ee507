import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest } from '@otklik/testing';

let data: DataUnderTest;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());

test('when many add the same keyword at once, then all get the one that was first', async () => {
  const workspaceId = await data.workspace();
  const add = (phrase: string) => data.db.keywords.add({ workspaceId, id: newId(), phrase, normalized: 'цена' });
  const added = await Promise.all(Array.from({ length: 20 }, (_none, i) => add(`Цена${' '.repeat(i)}`)));
  expect(new Set(added.map(({ id }) => id)).size).toBe(1);
  expect(await data.db.keywords.list(workspaceId)).toEqual([added[0]]);
});
