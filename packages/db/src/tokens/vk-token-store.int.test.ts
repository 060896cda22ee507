import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MAX_VK_TOKENS, type NewVkToken, type VkTokenRow } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest } from '@otklik/testing';

let data: DataUnderTest;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());

let made = 0;
const aToken = (workspaceId: string, given: Partial<NewVkToken> = {}): NewVkToken => ({
  id: newId(),
  workspaceId,
  kind: 'service',
  label: 'main',
  fingerprint: (made += 1).toString(16).padStart(16, '0'),
  keyId: 'k1',
  wrappedKey: Buffer.from('wrapped'),
  sealed: Buffer.from('sealed'),
  requestsPerSecond: 3,
  expiresAt: null,
  createdBy: 'key',
  ...given,
});
const add = async (token: NewVkToken): Promise<VkTokenRow> => {
  const outcome = await data.db.vkTokens.add(token);
  if (outcome.kind !== 'added') throw new Error(`The token was not added: ${outcome.kind}.`);
  return outcome.token;
};
const refOf = ({ workspaceId, id }: Pick<VkTokenRow, 'workspaceId' | 'id'>) => ({ workspaceId, tokenId: id });
const inHours = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);
const today = (): string => new Date().toISOString().slice(0, 10);

describe('tokens of VK', () => {
  test('when one is added, then it is found as it was, with what is sealed only where one token is asked for', async () => {
    const token = aToken(await data.workspace(), { expiresAt: inHours(1) });
    const row = await add(token);
    const { keyId, wrappedKey, sealed, ...facts } = token;
    expect(row).toEqual({
      ...facts,
      mayExecute: null,
      parkedUntil: null,
      invalidAt: null,
      vkCode: null,
      reason: null,
      probedAt: null,
      createdAt: expect.any(Date),
      methods: [],
    });
    expect(await data.db.vkTokens.list(token.workspaceId)).toEqual([row]);
    expect(await data.db.vkTokens.get(refOf(row))).toEqual({ ...row, keyId, wrappedKey, sealed });
  });

  test('when the same one is added again at once, then it is there once and the others learn which it is', async () => {
    const token = aToken(await data.workspace());
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => data.db.vkTokens.add({ ...token, id: newId() })));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['added', 'known', 'known', 'known', 'known']);
    expect(new Set(outcomes.map((one) => (one.kind === 'full' ? '' : one.token.id))).size).toBe(1);
    expect(await add({ ...token, id: newId(), workspaceId: await data.workspace() })).toMatchObject({ fingerprint: token.fingerprint });
  });

  test('when a workspace has as many as it may have, then no more is added', async () => {
    const workspaceId = await data.workspace();
    for (let count = 0; count < MAX_VK_TOKENS; count += 10) await Promise.all(Array.from({ length: 10 }, () => add(aToken(workspaceId))));
    expect(await data.db.vkTokens.add(aToken(workspaceId))).toEqual({ kind: 'full' });
  });

  test('when it is of another workspace, then nothing finds, changes or removes it', async () => {
    const row = await add(aToken(await data.workspace()));
    const other = { workspaceId: await data.workspace(), tokenId: row.id };
    const store = data.db.vkTokens;
    await store.park(other, { method: null, until: inHours(1), vkCode: 14, reason: 'no' });
    await store.park(other, { method: 'wall.get', until: inHours(1), vkCode: 29, reason: 'no' });
    await store.invalidate(other, { vkCode: 5, reason: 'no' });
    await store.learn(other, { mayExecute: true, dailyCap: { method: 'wall.get', calls: 1 } });
    await store.count([{ ...other, method: 'wall.get', day: today(), calls: 1 }]);
    expect([await store.get(other), await store.change(other, { label: 'x' }), await store.remove(other)]).toEqual([null, null, false]);
    expect(await store.list(row.workspaceId)).toEqual([row]);
  });

  test('when it is parked, then the later end and its reason stay; when it is set active again, then nothing of that', async () => {
    const row = await add(aToken(await data.workspace()));
    const [sooner, later] = [inHours(1), inHours(2)];
    const store = data.db.vkTokens;
    await store.park(refOf(row), { method: null, until: later, vkCode: 14, reason: 'captcha' });
    await store.park(refOf(row), { method: null, until: sooner, vkCode: 9, reason: 'flood' });
    await store.park(refOf(row), { method: 'wall.get', until: later, vkCode: 29, reason: 'quota' });
    const expected = { parkedUntil: later, vkCode: 14, reason: 'captcha' };
    const method = {
      method: 'wall.get',
      parkedUntil: later,
      vkCode: 29,
      reason: 'quota',
      dailyCap: null,
      callsToday: 0,
      firstCallAt: null,
    };
    expect(await store.sealed(row.workspaceId)).toMatchObject([{ ...expected, methods: [method], keyId: 'k1' }]);
    const again = await store.change(refOf(row), { isActive: true });
    expect(again).toMatchObject({ parkedUntil: null, vkCode: null, reason: null, methods: [{ parkedUntil: null, reason: null }] });
  });

  test('when it is set active again, then a cap that is used up is forgotten as well: VK may have begun another day', async () => {
    const row = await add(aToken(await data.workspace()));
    const store = data.db.vkTokens;
    for (const method of ['wall.get', 'wall.getById']) {
      await store.learn(refOf(row), { dailyCap: { method, calls: 10 } });
      await store.park(refOf(row), { method, until: inHours(1), vkCode: 29, reason: 'quota' });
    }
    await store.count([{ ...refOf(row), method: 'wall.get', day: today(), calls: 10 }]);
    await store.count([{ ...refOf(row), method: 'wall.getById', day: today(), calls: 9 }]);
    const again = await store.change(refOf(row), { isActive: true });
    expect(again?.methods).toMatchObject([
      { method: 'wall.get', dailyCap: null, callsToday: 10, parkedUntil: null },
      { method: 'wall.getById', dailyCap: 10, callsToday: 9, parkedUntil: null },
    ]);
  });

  test('when it is invalid, then the first reason stays, and nothing parks it any more', async () => {
    const invalid = await add(aToken(await data.workspace()));
    const store = data.db.vkTokens;
    await store.invalidate(refOf(invalid), { vkCode: 5, reason: 'revoked' });
    await store.invalidate(refOf(invalid), { vkCode: 28, reason: 'other' });
    await store.park(refOf(invalid), { method: null, until: inHours(1), vkCode: 14, reason: 'captcha' });
    expect(await store.get(refOf(invalid))).toMatchObject({ invalidAt: expect.any(Date), vkCode: 5, reason: 'revoked', parkedUntil: null });
  });

  test('when some facts are changed, then the others stay', async () => {
    const expiresAt = inHours(1);
    const row = await add(aToken(await data.workspace(), { expiresAt }));
    const store = data.db.vkTokens;
    expect(await store.change(refOf(row), { label: 'spare' })).toMatchObject({ label: 'spare', requestsPerSecond: 3, expiresAt });
    expect(await store.change(refOf(row), { requestsPerSecond: 20, expiresAt: null })).toMatchObject({
      requestsPerSecond: 20,
      expiresAt: null,
    });
  });
});

describe('the ledger of calls', () => {
  test('when processes count at once, then each call is counted once, by method and day, and shown for today', async () => {
    const row = await add(aToken(await data.workspace()));
    const calls = ['wall.get', 'wall.getComments'].map((method) => ({ ...refOf(row), method, day: today(), calls: 3 }));
    const old = { ...refOf(row), method: 'wall.get', day: '2020-01-01', calls: 7 };
    await data.db.vkTokens.count([old]);
    await Promise.all(Array.from({ length: 10 }, (_, index) => data.db.vkTokens.count(index % 2 === 0 ? calls : calls.toReversed())));
    const found = await data.db.vkTokens.get(refOf(row));
    expect(found?.methods.map(({ method, callsToday }) => [method, callsToday])).toEqual([
      ['wall.get', 30],
      ['wall.getComments', 30],
    ]);
    expect(found?.methods[0]?.firstCallAt).toBeInstanceOf(Date);
    expect(await data.look('SELECT calls FROM vk_token_quota WHERE token_id = $1 AND day < $2', [row.id, today()])).toEqual([]);
  });

  test('when a token is gone, then what is still counted for it is left out, and the rest is kept', async () => {
    const workspaceId = await data.workspace();
    const [gone, stays] = [await add(aToken(workspaceId)), await add(aToken(workspaceId))];
    expect(await data.db.vkTokens.remove(refOf(gone))).toBe(true);
    await data.db.vkTokens.count([gone, stays].map((row) => ({ ...refOf(row), method: 'users.get', day: today(), calls: 2 })));
    expect((await data.db.vkTokens.get(refOf(stays)))?.methods).toMatchObject([{ method: 'users.get', callsToday: 2 }]);
  });

  test('when a cap or a right was learned, then it is known from then on', async () => {
    const row = await add(aToken(await data.workspace()));
    await data.db.vkTokens.learn(refOf(row), { mayExecute: false, dailyCap: { method: 'wall.get', calls: 5_000 } });
    await data.db.vkTokens.probed(refOf(row));
    const found = await data.db.vkTokens.get(refOf(row));
    expect(found).toMatchObject({ mayExecute: false, probedAt: expect.any(Date), methods: [{ method: 'wall.get', dailyCap: 5_000 }] });
  });
});

describe('the keys that tokens are sealed with', () => {
  test('when keys are in use, then each is told with how many tokens it seals, and can be replaced once', async () => {
    const workspaceId = await data.workspace();
    const [one, two] = [await add(aToken(workspaceId, { keyId: 'old' })), await add(aToken(workspaceId, { keyId: 'old' }))];
    const store = data.db.vkTokens;
    expect((await store.keysInUse()).find(({ keyId }) => keyId === 'old')).toMatchObject({ tokens: 2, tokenId: one.id, workspaceId });
    const left = (await store.underOtherKeys({ keyId: 'k1', after: null, limit: 100 })).map(({ tokenId }) => tokenId);
    expect(left).toEqual([one.id, two.id]);
    expect(await store.underOtherKeys({ keyId: 'k1', after: one.id, limit: 100 })).toMatchObject([{ tokenId: two.id, keyId: 'old' }]);
    const wrapping = { from: 'old', keyId: 'k1', wrappedKey: Buffer.from('again') };
    expect([await store.rewrap(refOf(one), wrapping), await store.rewrap(refOf(one), wrapping)]).toEqual([true, false]);
    expect(await store.get(refOf(one))).toMatchObject({ keyId: 'k1', wrappedKey: wrapping.wrappedKey, sealed: Buffer.from('sealed') });
  });
});
