import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type TargetLineRow, type TargetLists, toPublicId } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest } from '@otklik/testing';

const line = (index: number, more: Partial<TargetLineRow> = {}): TargetLineRow => ({
  index,
  line: index + 1,
  text: `club${index}`,
  outcome: 'valid',
  ref: `-${index}`,
  reason: null,
  duplicateOf: null,
  ...more,
});
const invalid = { outcome: 'invalid', ref: null, reason: 'is empty' } as const;

describe('the store of lists', () => {
  let data: DataUnderTest;
  let lists: TargetLists;
  let workspaceId: string;
  beforeAll(async () => {
    data = await openDataUnderTest();
    lists = data.db.targetLists;
    workspaceId = await data.workspace();
  });
  afterAll(() => data.close());

  const begin = async (lines: readonly TargetLineRow[]): Promise<string> => {
    const id = newId();
    await lists.begin({ workspaceId, id, name: null, format: 'txt' });
    await lists.append(id, lines);
    return id;
  };
  const finish = (id: string) => lists.finish({ workspaceId, id, counts: { lines: 4, valid: 3, invalid: 1, duplicates: 0 } });

  test('when it is not finished, then nobody finds it, and it can be removed', async () => {
    const id = await begin([line(1)]);
    const listId = toPublicId('targetList', id);
    expect(await lists.get({ workspaceId, id })).toBeNull();
    expect(await lists.list({ workspaceId, after: null, limit: 10 })).toEqual([]);
    await expect(lists.read({ workspaceId, listId, from: 0, limit: 10 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await lists.count({ workspaceId, listId })).toBeNull();
    expect(await lists.remove({ workspaceId, id })).toBe(true);
    expect(await data.look('SELECT 1 FROM target_list_line WHERE list_id = $1', [id])).toEqual([]);
  });

  test('when a collector reads it, then it gets the valid lines from its place on, in their order', async () => {
    const id = await begin([line(0), line(1, invalid), line(2), line(3)]);
    await finish(id);
    const listId = toPublicId('targetList', id);
    const read = (from: number, limit: number) => lists.read({ workspaceId, listId, from, limit });
    expect(await read(0, 2)).toEqual([
      { index: 0, ref: '-0' },
      { index: 2, ref: '-2' },
    ]);
    expect(await read(3, 2)).toEqual([{ index: 3, ref: '-3' }]);
    expect(await read(4, 2)).toEqual([]);
    expect(await lists.count({ workspaceId, listId })).toBe(3);
    const refs = ['-2', '-1', '-9', '-0'];
    expect((await lists.named({ workspaceId, listId, refs })).toSorted()).toEqual(['-0', '-2']);
    const elsewhere = { workspaceId: await data.workspace(), listId, from: 0, limit: 2 };
    expect(await lists.named({ ...elsewhere, refs })).toEqual([]);
    for (const stranger of [elsewhere, { ...elsewhere, workspaceId, listId: 'lst_no' }])
      await expect(lists.read(stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await lists.remove({ workspaceId, id });
    await expect(read(2, 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('when a job uses it, then its age counts from there; what nobody has used for long goes with its lines', async () => {
    const [used, unused, young] = [await begin([line(1)]), await begin([line(1)]), await begin([line(1)])];
    await Promise.all([used, unused, young].map(finish));
    const longAgo = new Map([used, unused].map((id) => [id, `01000000${id.slice(8)}`]));
    for (const [id, aged] of longAgo)
      await data.look(`UPDATE target_list SET id = $2, created_at = 'epoch', last_used_at = 'epoch' WHERE id = $1`, [id, aged]);
    const agedId = longAgo.get(used) ?? '';
    await lists.read({ workspaceId, listId: toPublicId('targetList', agedId), from: 0, limit: 1 });
    expect(await data.db.retention.lists({ keep: 90, limit: 10, after: null })).toMatchObject({ deleted: 1 });
    const left = async (id: string): Promise<boolean> => (await lists.get({ workspaceId, id })) !== null;
    expect([await left(agedId), await left(longAgo.get(unused) ?? ''), await left(young)]).toEqual([true, false, true]);
  });
});
