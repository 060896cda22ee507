import { describe, expect, test } from '@jest/globals';
import { ApiEnv, loadApiConfig } from '@otklik/api';
import { ConfigError } from '@otklik/shared';
import { StandaloneEnv } from '@otklik/standalone';
import { WorkerEnv, loadWorkerConfig } from '@otklik/worker';

const TOKEN = 'vk1.a.not-a-token-of-anybody';
const env = { DATABASE_URL: 'postgresql://db/otklik', QUEUE_URL: 'redis://queue' };

describe('the token of VK in the environment', () => {
  test.each([`${TOKEN}\n`, `${TOKEN}\nmore`, `${TOKEN} more`, `${TOKEN}\0`, `«${TOKEN}»`])(
    'when it is %j, which no header can carry, then nothing starts with it, and what is said does not repeat it',
    (token) => {
      for (const load of [loadApiConfig, loadWorkerConfig]) {
        const start = (): unknown => load({ ...env, VK_TOKEN: token });
        expect(start).toThrow(ConfigError);
        expect(start).toThrow('VK_TOKEN');
        expect(start).not.toThrow(TOKEN);
      }
      expect(StandaloneEnv.shape.VK_TOKEN.safeParse(token).success).toBe(false);
    },
  );

  test('when it is one, then it is taken as it is', () => {
    for (const { shape } of [ApiEnv, WorkerEnv, StandaloneEnv]) expect(shape.VK_TOKEN.parse(TOKEN)).toBe(TOKEN);
  });
});
