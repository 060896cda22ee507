import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { askRedis, describeWithRedis, makeTempDir, startPrivateRedis } from '@otklik/testing';
import { makeSecrets } from '../../scripts/lib/server-secrets.mjs';
import { readComposeFile } from './testing/compose-file.ts';

const { services } = readComposeFile();
const cases = [
  { name: 'redis-queue', policy: 'noeviction', aof: '1' },
  { name: 'redis-cache', policy: 'allkeys-lru', aof: '0' },
];

describeWithRedis('the Redis servers of docker-compose.yml', () => {
  test.each(cases)(
    'when $name starts, then it keeps what it is for, lets our user work, and nobody else in',
    async ({ name, policy, aof }) => {
      const secrets: Readonly<Record<string, string>> = makeSecrets();
      const key = name.replace('-', '_');
      const files = makeTempDir();
      const aclFile = join(files.path, 'acl');
      writeFileSync(aclFile, secrets[`${key}_acl`] ?? '');
      const [, ...args] = services[name]?.command ?? [];
      const redis = await startPrivateRedis({ args: args.map((arg) => arg.replace(`/run/secrets/${key}_acl`, aclFile)) });
      try {
        const url = `redis://otklik:${secrets[`${key}_password`]}@127.0.0.1:${redis.port}`;
        const info = await askRedis(url, ['INFO']);
        expect(info).toContain(`maxmemory_policy:${policy}`);
        expect(info).toContain(`aof_enabled:${aof}`);
        expect(await askRedis(url, ['EVAL', "return redis.call('SET', KEYS[1], 'x')", '1', 'otklik:key'])).toBe('OK');
        expect(await askRedis(redis.url, ['GET', 'otklik:key'])).toMatch(/^NOAUTH/);
        for (const command of [
          ['FLUSHALL'],
          ['KEYS', '*'],
          ['CONFIG', 'SET', 'maxmemory', '1'],
          ['SHUTDOWN'],
          ['ACL', 'LIST'],
          ['MONITOR'],
        ])
          expect(await askRedis(url, command)).toMatch(/^NOPERM/);
      } finally {
        await redis.stop();
        files.remove();
      }
    },
  );
});
