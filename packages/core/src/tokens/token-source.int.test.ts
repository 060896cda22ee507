import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type VkTokenRow, toPublicId } from '@otklik/contracts';
import { ConfigError, type Keyring, SecretUnreadableError, createKeyring, createManualClock, newId, silentLogger } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest } from '@otklik/testing';
import { checkKeyring } from './check-keyring.ts';
import { makeAddToken } from './manage-tokens.ts';
import { makeRewrapTokens } from './rewrap-tokens.ts';
import { createTokenSource } from './token-source.ts';

const [first, second] = [
  { id: 'first', key: randomBytes(32) },
  { id: 'second', key: randomBytes(32) },
];
const keyring = createKeyring([first]);
const NEVER = new AbortController().signal;
const today = new Date().toISOString().slice(0, 10);
const installation = { secret: 'vk1.a.installation', kind: 'service', requestsPerSecond: 3 } as const;

let data: DataUnderTest;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());

const facts = { kind: 'service', label: 'main', requestsPerSecond: 3, expiresAt: null, by: 'key' } as const;
const add = (workspaceId: string, secret: string, ring: Keyring = keyring): Promise<VkTokenRow> =>
  makeAddToken({ tokens: data.db.vkTokens, keyring: ring, newId, wakeJobs: async () => {}, logger: silentLogger })({
    workspaceId,
    secret,
    ...facts,
  });
const openSource = (ring: Keyring | undefined = keyring) => {
  const clock = createManualClock();
  const source = createTokenSource({ tokens: data.db.vkTokens, keyring: ring, installation, clock, logger: silentLogger });
  const secretsOf = async (workspaceId: string) => (await source.tokens(workspaceId, NEVER)).map(({ secret }) => secret);
  return { clock, source, secretsOf };
};

describe('the tokens that a collector may choose', () => {
  test('when a workspace has tokens, then it gets them opened, and not those of another one', async () => {
    const [workspaceId, other] = [await data.workspace(), await data.workspace()];
    const row = await add(workspaceId, 'vk1.a.mine');
    await add(other, 'vk1.a.others');
    const { source } = openSource();
    expect(await source.tokens(workspaceId, NEVER)).toEqual([
      {
        tokenId: toPublicId('vkToken', row.id),
        kind: 'service',
        secret: 'vk1.a.mine',
        fingerprint: row.fingerprint,
        requestsPerSecond: 3,
        mayExecute: null,
        parkedUntil: null,
        methods: [],
      },
    ]);
  });

  test('when a workspace has none, then it gets the one of the installation; when its own are invalid, then it does not', async () => {
    const workspaceId = await data.workspace();
    const { source, secretsOf } = openSource();
    expect(await source.tokens(workspaceId, NEVER)).toMatchObject([{ tokenId: 'installation', secret: installation.secret }]);
    const { id } = await add(workspaceId, 'vk1.a.own');
    const own = openSource();
    expect(await own.secretsOf(workspaceId)).toEqual(['vk1.a.own']);
    await own.source.invalidate({ workspaceId, tokenId: toPublicId('vkToken', id), vkCode: 5, reason: 'revoked' });
    expect(await own.secretsOf(workspaceId)).toEqual([]);
    expect(await secretsOf(await data.workspace())).toEqual([installation.secret]);
  });

  test('when a token is added elsewhere, then it is known some seconds later; what this process reports, at once', async () => {
    const workspaceId = await data.workspace();
    const { id } = await add(workspaceId, 'vk1.a.one');
    const tokenId = toPublicId('vkToken', id);
    const { clock, source, secretsOf } = openSource();
    expect(await secretsOf(workspaceId)).toHaveLength(1);
    await add(workspaceId, 'vk1.a.two');
    expect(await secretsOf(workspaceId)).toHaveLength(1);
    await clock.advance(3_000);
    expect(await secretsOf(workspaceId)).toHaveLength(2);
    const until = new Date(Date.now() + 60_000);
    await source.park({ workspaceId, tokenId, method: null, until, vkCode: 14, reason: 'captcha' });
    await source.learn({ workspaceId, tokenId, mayExecute: true, dailyCap: { method: 'wall.get', calls: 5_000 } });
    expect((await source.tokens(workspaceId, NEVER))[0]).toMatchObject({
      parkedUntil: until,
      mayExecute: true,
      methods: [{ method: 'wall.get', dailyCap: 5_000, callsToday: 0 }],
    });
  });

  test('when none can be used, then one that is added or mended elsewhere is known at once', async () => {
    const workspaceId = await data.workspace();
    const { source, secretsOf } = openSource();
    await source.invalidate({ workspaceId, tokenId: 'installation', vkCode: 5, reason: 'revoked' });
    expect(await secretsOf(workspaceId)).toEqual([]);
    const { id } = await add(workspaceId, 'vk1.a.first');
    expect(await secretsOf(workspaceId)).toEqual(['vk1.a.first']);
    const until = new Date(Date.now() + 60_000);
    await source.park({ workspaceId, tokenId: toPublicId('vkToken', id), method: null, until, vkCode: 14, reason: 'captcha' });
    expect(await source.tokens(workspaceId, NEVER)).toMatchObject([{ parkedUntil: until }]);
    await data.db.vkTokens.change({ workspaceId, tokenId: id }, { isActive: true });
    expect(await source.tokens(workspaceId, NEVER)).toMatchObject([{ parkedUntil: null }]);
  });

  test('when one does not open, then the others are there all the same', async () => {
    const workspaceId = await data.workspace();
    await add(workspaceId, 'vk1.a.lost', createKeyring([second]));
    await add(workspaceId, 'vk1.a.good');
    expect(await openSource().secretsOf(workspaceId)).toEqual(['vk1.a.good']);
  });

  test('when rows were swapped in the database, then neither token is used', async () => {
    const workspaceId = await data.workspace();
    const [one, two] = [await add(workspaceId, 'vk1.a.one'), await add(workspaceId, 'vk1.a.two')];
    const swap = `UPDATE vk_token t SET wrapped_key = o.wrapped_key, sealed = o.sealed FROM vk_token o
      WHERE t.id = ANY($1) AND o.id = ANY($1) AND o.id <> t.id`;
    await data.look(swap, [[one.id, two.id]]);
    expect(await openSource().secretsOf(workspaceId)).toEqual([]);
  });

  test('when there is no keyring, then none can be added, and that says what to set', async () => {
    const adding = makeAddToken({ tokens: data.db.vkTokens, keyring: undefined, newId, wakeJobs: async () => {}, logger: silentLogger });
    const added = adding({ workspaceId: await data.workspace(), secret: 'vk1.a.x', ...facts });
    await expect(added).rejects.toThrow(SecretUnreadableError);
    await expect(added).rejects.toThrow('OTKLIK_KEYRING');
  });
});

describe('calls that are counted', () => {
  test('when calls are reported, then they are seen at once, written together later, and once', async () => {
    const workspaceId = await data.workspace();
    const { id } = await add(workspaceId, 'vk1.a.counted');
    const call = { workspaceId, tokenId: toPublicId('vkToken', id), method: 'wall.get', day: today, calls: 2 };
    const { source } = openSource();
    await source.count([call, call]);
    const seen = async () => (await source.tokens(workspaceId, NEVER))[0]?.methods.map(({ callsToday }) => callsToday);
    expect(await seen()).toEqual([4]);
    const ledger = () => data.look('SELECT calls FROM vk_token_quota WHERE token_id = $1', [id]);
    expect(await ledger()).toEqual([]);
    source.start();
    await source.stop();
    expect(await ledger()).toEqual([{ calls: 4 }]);
    expect(await openSource().source.tokens(workspaceId, NEVER)).toMatchObject([{ methods: [{ callsToday: 4 }] }]);
  });

  test('when calls that were counted are taken back, then the ledger has the others, and never less than none', async () => {
    const workspaceId = await data.workspace();
    const { id } = await add(workspaceId, 'vk1.a.taken');
    const { source } = openSource();
    const count = (method: string, calls: number) =>
      source.count([{ workspaceId, tokenId: toPublicId('vkToken', id), method, day: today, calls }]);
    await count('wall.get', 5);
    await count('wall.getById', 3);
    await count('wall.getById', -3);
    source.start();
    await source.stop();
    const { source: later } = openSource();
    await later.count([{ workspaceId, tokenId: toPublicId('vkToken', id), method: 'wall.get', day: today, calls: -2 }]);
    await later.count([{ workspaceId, tokenId: toPublicId('vkToken', id), method: 'users.get', day: today, calls: -2 }]);
    later.start();
    await later.stop();
    const methods = (await openSource().source.tokens(workspaceId, NEVER))[0]?.methods;
    expect(methods?.map(({ method, callsToday }) => [method, callsToday])).toEqual([
      ['users.get', 0],
      ['wall.get', 3],
    ]);
  });

  test('when the token of the installation is used, then its calls, caps and parks are known in this process', async () => {
    const workspaceId = await data.workspace();
    const { source } = openSource();
    const ref = { workspaceId, tokenId: 'installation' };
    const until = new Date(Date.now() + 60_000);
    await source.count([{ ...ref, method: 'wall.get', day: today, calls: 3 }]);
    await source.learn({ ...ref, mayExecute: false, dailyCap: { method: 'wall.get', calls: 3 } });
    await source.park({ ...ref, method: 'wall.get', until, vkCode: 29, reason: 'quota' });
    expect(await source.tokens(workspaceId, NEVER)).toMatchObject([
      { mayExecute: false, parkedUntil: null, methods: [{ method: 'wall.get', callsToday: 3, dailyCap: 3, parkedUntil: until }] },
    ]);
    await source.invalidate({ ...ref, vkCode: 5, reason: 'revoked' });
    expect(await source.tokens(workspaceId, NEVER)).toEqual([]);
  });
});

describe('a new key in the ring', () => {
  test('when all tokens are wrapped again, then the old key can go, and before that a start without it is refused', async () => {
    const own = await openDataUnderTest();
    const tokens = own.db.vkTokens;
    try {
      const workspaceId = await own.workspace();
      const adding = makeAddToken({ tokens, keyring, newId, wakeJobs: async () => {}, logger: silentLogger });
      for (const secret of ['vk1.a.one', 'vk1.a.two']) await adding({ workspaceId, secret, ...facts });
      const check = (ring: Keyring | undefined) => checkKeyring({ tokens, keyring: ring, logger: silentLogger });
      await check(keyring);
      await expect(check(createKeyring([second]))).rejects.toThrow(ConfigError);
      await expect(check(createKeyring([second]))).rejects.toThrow('2 stored tokens need the key first, which is not in it');
      await expect(check(createKeyring([{ ...second, id: 'first' }]))).rejects.toThrow('the key that has this id now does not open them');
      await expect(check(undefined)).rejects.toThrow('the variable is not set');

      const rewrap = makeRewrapTokens({ tokens, keyring: createKeyring([second, first]) });
      expect(await rewrap()).toEqual({ rewrapped: 2, unreadable: {} });
      expect(await rewrap()).toEqual({ rewrapped: 0, unreadable: {} });
      await check(createKeyring([second]));
      const source = createTokenSource({ tokens, keyring: createKeyring([second]), clock: createManualClock(), logger: silentLogger });
      expect((await source.tokens(workspaceId, NEVER)).map(({ secret }) => secret)).toEqual(['vk1.a.one', 'vk1.a.two']);
      expect(await makeRewrapTokens({ tokens, keyring })()).toEqual({ rewrapped: 0, unreadable: { second: 2 } });
    } finally {
      await own.close();
    }
  });
});
