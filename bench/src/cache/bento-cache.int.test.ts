import { afterEach, test } from '@jest/globals';
import type { Cache } from '@otklik/shared';
import { aKey, cachePromises, describeWithRedis, testRedis, waitFor } from '@otklik/testing';
import { openBentoCache } from './bento-cache.ts';

/** Promises of our suite that the peer does not keep (docs/adr/0014). One that it keeps some day fails here. */
const GAPS: ReadonlySet<string> = new Set([
  'when a value is set, then it is there, with the time that it has left',
  'when a value is larger than its kind allows, then it is handed on, and neither it nor the one before is kept',
  'when what is kept is no value of the key, then it is as if it were not there, and loading it anew mends it',
  'when a load fails, then all who wait hear its error, and the next one loads again at once',
  'when a load fails with an error that passes, then the value past its time is used; when it does not pass, then not',
  'when a value is deleted while it is loaded, then the old answer is not kept and later callers load anew',
  'when a value is deleted by its prefix while it is loaded, then the old answer is not kept and later callers load anew',
  'when a value is deleted by its tag while it is loaded, then the old answer is not kept and later callers load anew',
  'when a value is set while another is loaded, then the one that was set stays',
]);

describeWithRedis('what the peer keeps of our promises: bentocache, in memory in front of Redis', () => {
  let cache: Cache;
  afterEach(() => cache.close());
  const open = async (): Promise<void> => {
    const { url, prefix } = testRedis();
    cache = openBentoCache({ url, prefix, hasMemory: true, hasTags: true });
    await waitFor(async () => {
      await cache.set(aKey('is it there'), 'yes');
      return (await cache.get(aKey('is it there'))) === 'yes';
    });
  };
  const promisesOf = (areGaps: boolean) => cachePromises.filter(({ title }) => GAPS.has(title) === areGaps);

  test.each(promisesOf(false))('$title', async ({ run }) => {
    await open();
    await run(cache);
  });
  test.failing.each(promisesOf(true))('$title', async ({ run }) => {
    await open();
    await run(cache);
  });
});
