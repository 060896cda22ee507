import { describe, expect, test } from '@jest/globals';
import { createTokenRegistry } from './token-registry.ts';

const registryAt = (clock: { time: number }) => {
  const registry = createTokenRegistry({ now: () => clock.time });
  registry.add({ token: 'a', requestsPerSecond: 3, kind: 'service' });
  return registry;
};

describe('token registry', () => {
  test('when a fourth call starts within a second, then it is refused with 6 until the first is a second old', () => {
    const clock = { time: 5_000 };
    const registry = registryAt(clock);
    for (const time of [5_000, 5_400, 5_800]) {
      clock.time = time;
      registry.admit('a', false);
    }
    clock.time = 5_999;
    expect(() => registry.admit('a', false)).toThrow(expect.objectContaining({ vkCode: 6 }));
    clock.time = 6_000;
    registry.admit('a', false);
    expect(() => registry.admit('a', false)).toThrow(expect.objectContaining({ vkCode: 6 }));
  });

  test('when calls are refused, then they do not push the next chance away', () => {
    const clock = { time: 0 };
    const registry = registryAt(clock);
    for (let call = 0; call < 3; call += 1) registry.admit('a', false);
    for (clock.time = 100; clock.time < 1_000; clock.time += 100) expect(() => registry.admit('a', false)).toThrow('Too many requests');
    registry.admit('a', false);
  });

  test('when one token is at its limit, then another still has its own', () => {
    const registry = registryAt({ time: 0 });
    registry.add({ token: 'b', requestsPerSecond: 1, kind: 'user' });
    for (let call = 0; call < 3; call += 1) registry.admit('a', false);
    registry.admit('b', false);
    expect(() => registry.admit('b', false)).toThrow(expect.objectContaining({ vkCode: 6 }));
  });

  test('when the token is missing, unknown or of a community, then the refusal says so', () => {
    const registry = registryAt({ time: 0 });
    registry.add({ token: 'c', requestsPerSecond: 9, kind: 'community' });
    expect(() => registry.admit(undefined, true)).toThrow('User authorization failed: no access_token passed.');
    expect(() => registry.admit('x', true)).toThrow(expect.objectContaining({ vkCode: 5 }));
    expect(() => registry.admit('c', false)).toThrow(expect.objectContaining({ vkCode: 27 }));
    expect(() => registry.admit('c', true)).not.toThrow();
  });
});
