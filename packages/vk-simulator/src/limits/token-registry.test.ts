import { describe, expect, test } from '@jest/globals';
import type { MethodRights } from '../api/method.ts';
import { createTokenRegistry } from './token-registry.ts';

const registryAt = (clock: { time: number }) => {
  const registry = createTokenRegistry({ now: () => clock.time });
  registry.add({ token: 'a', requestsPerSecond: 3, kind: 'service' });
  return registry;
};

const wallGet: MethodRights = { name: 'wall.get', tokens: ['user', 'service'] };

describe('token registry', () => {
  test('when a fourth call starts within a second, then it is refused with 6 until the first is a second old', () => {
    const clock = { time: 5_000 };
    const registry = registryAt(clock);
    for (const time of [5_000, 5_400, 5_800]) {
      clock.time = time;
      registry.start('a');
    }
    clock.time = 5_999;
    expect(() => registry.start('a')).toThrow(expect.objectContaining({ vkCode: 6 }));
    clock.time = 6_000;
    registry.start('a');
    expect(() => registry.start('a')).toThrow(expect.objectContaining({ vkCode: 6 }));
  });

  test('when calls are refused, then they do not push the next chance away', () => {
    const clock = { time: 0 };
    const registry = registryAt(clock);
    for (let call = 0; call < 3; call += 1) registry.start('a');
    for (clock.time = 100; clock.time < 1_000; clock.time += 100) expect(() => registry.start('a')).toThrow('Too many requests');
    registry.start('a');
  });

  test('when one token is at its limit, then another still has its own', () => {
    const registry = registryAt({ time: 0 });
    registry.add({ token: 'b', requestsPerSecond: 1, kind: 'user' });
    for (let call = 0; call < 3; call += 1) registry.start('a');
    registry.start('b');
    expect(() => registry.start('b')).toThrow(expect.objectContaining({ vkCode: 6 }));
  });

  test('when the token is missing, unknown or of a community, then the refusal says so', () => {
    const registry = registryAt({ time: 0 });
    registry.add({ token: 'c', requestsPerSecond: 9, kind: 'community' });
    expect(() => registry.start(undefined)).toThrow('User authorization failed: no access_token passed.');
    expect(() => registry.start('x')).toThrow(expect.objectContaining({ vkCode: 5 }));
    expect(() => registry.start('c').use(wallGet)).toThrow(expect.objectContaining({ vkCode: 27 }));
    expect(() => registry.start('c').use({ name: 'users.get', tokens: ['community'] })).not.toThrow();
  });
});
