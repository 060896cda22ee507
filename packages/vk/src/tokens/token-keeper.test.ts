import { describe, expect, test } from '@jest/globals';
import { createManualClock, silentLogger } from '@otklik/shared';
import { toApiError } from '../errors/to-api-error.ts';
import { aToken, createMemoryTokens } from '../testing/memory-tokens.ts';
import { createTokenKeeper } from './token-keeper.ts';

const MINUTE = 60_000;
const token = aToken('a');

/** A keeper of one token, and for how many minutes each flood parked it. */
const openKeeper = () => {
  const source = createMemoryTokens(token);
  const clock = createManualClock();
  const pacing = { slower: async () => undefined };
  const keeper = createTokenKeeper({ source, pacing, metrics: { tooFast: () => undefined }, clock, logger: silentLogger });
  const error = toApiError('wall.get', { error_code: 9 });
  const flood = () => keeper.bear({ workspaceId: 'w', token, method: 'wall.get', error, fate: 'park_method' });
  const parks = () => source.parks.map(({ until }) => Math.round((until.getTime() - Date.now()) / MINUTE));
  return { clock, flood, parks };
};

describe('flood control', () => {
  test('when it meets the method again after its rest, then the next rest is twice as long, up to four hours', async () => {
    const { clock, flood, parks } = openKeeper();
    for (const rest of [15, 30, 60, 120, 240, 240]) {
      await flood();
      await clock.advance((rest + 1) * MINUTE);
    }
    expect(parks()).toEqual([15, 30, 60, 120, 240, 240]);
  });

  test('when it meets several requests that were on their way together, then that is one time', async () => {
    const { clock, flood, parks } = openKeeper();
    await Promise.all(Array.from({ length: 4 }, flood));
    await clock.advance(30_000);
    await Promise.all(Array.from({ length: 4 }, flood));
    expect(parks()).toEqual(Array.from({ length: 8 }, () => 15));
  });

  test('when it left the method alone for eight hours, then it begins anew', async () => {
    const { clock, flood, parks } = openKeeper();
    await flood();
    await clock.advance(8 * 60 * MINUTE);
    await flood();
    expect(parks()).toEqual([15, 15]);
  });
});
