import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runProcess } from '@otklik/testing';
import request from 'supertest';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

describe('npm run keys', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApiUnderTest();
  });
  afterAll(() => api.close());

  const keys = async (...args: readonly string[]): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> => {
    const command = runProcess({ module: 'apps/api/src/keys-main.ts', args, env: { DATABASE_URL: api.database.url } });
    const { code } = await command.exited;
    return { code, lines: command.lines };
  };
  const ask = (key: string) => request(api.url).get('/v1/jobs').set('Authorization', `Bearer ${key}`);

  test('when a key is made, then it is the only thing printed, works with its scopes, is listed without its secret, and can be revoked', async () => {
    const made = await keys('create', '--scope', 'jobs:read,data:read', '--name', 'reader', '--workspace', 'shop');
    const [key = ''] = made.lines;
    expect(made).toEqual({ code: 0, lines: [expect.stringMatching(/^otk_\w{12}_\w{49}$/)] });
    await ask(key).expect(200);
    await request(api.url).post('/v1/keywords').set('Authorization', `Bearer ${key}`).send({ phrase: 'слово' }).expect(403);

    const keyId = key.split('_')[1] ?? '';
    const listed = await keys('list');
    expect(listed.lines.find((line) => line.startsWith(keyId))).toBe(`${keyId}\tshop\tjobs:read,data:read\tactive\treader`);
    expect(listed.lines.join('\n')).not.toContain(key.split('_')[2]);

    expect(await keys('revoke', keyId)).toEqual({ code: 0, lines: [`revoked ${keyId}`] });
    const again = await keys('revoke', keyId);
    expect([again.code, again.lines.join(' ')]).toEqual([1, expect.stringContaining(keyId)]);
  });

  test.each([['create'], ['create', '--scope', 'everything'], ['revoke'], ['dance'], ['create', '--skope', 'admin']])(
    'when it is called as %s %s %s, then it ends with 78 and shows how to call it',
    async (...args) => {
      const { code, lines } = await keys(...args);
      expect([code, lines.join('\n')]).toEqual([78, expect.stringContaining('npm run keys -- create --scope')]);
    },
  );
});
