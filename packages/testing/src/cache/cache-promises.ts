import assert from 'node:assert/strict';
import { type Cache, type CacheKey, ServiceUnavailableError } from '@otklik/shared';
import { waitFor } from '../waiting/wait-for.ts';
import { type CachePromise, aKey, aKind, countingLoad } from './cache-material.ts';
import { droppingPromises } from './dropping-promises.ts';

const SHORT = { ttlMs: 150, negativeTtlMs: 150 };
const neverLoad = async (): Promise<string> => assert.fail('loaded although it was there');

const untilGone = (cache: Cache, key: CacheKey<unknown>): Promise<unknown> => waitFor(async () => !(await cache.has(key)));

const keeping: readonly CachePromise[] = [
  {
    title: 'when a value is set, then it is there, with the time that it has left',
    run: async (cache) => {
      assert.equal(await cache.get(aKey('a')), undefined);
      assert.equal(await cache.has(aKey('a')), false);
      assert.equal(await cache.ttlMs(aKey('a')), undefined);
      await cache.set(aKey('a'), 'v');
      assert.equal(await cache.get(aKey('a')), 'v');
      assert.equal(await cache.has(aKey('a')), true);
      const left = await cache.ttlMs(aKey('a'));
      assert.ok(left !== undefined && left > 0 && left <= 60_000, `has ${left} ms left`);
    },
  },
  {
    title: 'when a value is set anew, then the new one is there',
    run: async (cache) => {
      await cache.set(aKey('a'), 'old');
      await cache.set(aKey('a'), 'new');
      assert.equal(await cache.get(aKey('a')), 'new');
    },
  },
  {
    title: 'when the time to live has passed, then the value is gone',
    run: async (cache) => {
      await cache.set(aKey('a', SHORT), 'v');
      await untilGone(cache, aKey('a', SHORT));
      assert.equal(await cache.get(aKey('a', SHORT)), undefined);
    },
  },
  {
    title: 'when many are set and read together, then each gets its own, in the order that was asked for',
    run: async (cache) => {
      await cache.setMany(['a', 'b', 'c'].map((id) => ({ key: aKey(id), value: `value of ${id}` })));
      assert.deepEqual(await cache.getMany(['c', 'x', 'a'].map((id) => aKey(id))), ['value of c', undefined, 'value of a']);
      assert.deepEqual(await cache.getMany([]), []);
    },
  },
  {
    title: 'when it is known that there is nothing, then that is remembered, for a time of its own',
    run: async (cache) => {
      const key = aKey('nothing', { negativeTtlMs: 150 });
      const { state, load } = countingLoad(null);
      assert.equal(await cache.getOrLoad(key, load), null);
      assert.equal(await cache.getOrLoad(key, load), null);
      assert.equal(state.count, 1);
      await untilGone(cache, key);
      assert.equal(await cache.getOrLoad(key, async () => 'now there is'), 'now there is');
    },
  },
  {
    title: 'when the shape of the values has a new version, then those of the old one are not looked at',
    run: async (cache) => {
      await cache.set(aKey('a'), 'of version 1');
      assert.equal(await cache.get(aKey('a', { version: 2 })), undefined);
      assert.equal(await cache.getOrLoad(aKey('a', { version: 2 }), async () => 'of version 2'), 'of version 2');
      assert.equal(await cache.get(aKey('a')), 'of version 1');
    },
  },
  {
    title: 'when a value is larger than its kind allows, then it is handed on, and neither it nor the one before is kept',
    run: async (cache) => {
      const large = 'ы'.repeat(60);
      const key = aKey('a', { maxBytes: 100 });
      assert.equal(await cache.getOrLoad(key, async () => large), large);
      assert.equal(await cache.get(key), undefined);
      await cache.set(key, 'small');
      await cache.set(key, large);
      assert.equal(await cache.get(key), undefined);
    },
  },
  {
    title: 'when what is kept is no value of the key, then it is as if it were not there, and loading it anew mends it',
    run: async (cache) => {
      const numbers: CacheKey<number> = {
        kind: aKind(),
        id: 'a',
        parse: (value) => (typeof value === 'number' ? value : assert.fail('no number')),
      };
      await cache.set(aKey('a'), 'a text');
      assert.equal(await cache.get(numbers), undefined);
      assert.equal(await cache.getOrLoad(numbers, async () => 7), 7);
      assert.equal(await cache.get(numbers), 7);
    },
  },
];

const loading: readonly CachePromise[] = [
  {
    title: 'when many ask at once, then one load serves all, and later ones too',
    run: async (cache) => {
      const { state, load } = countingLoad('loaded');
      const answers = await Promise.all(Array.from({ length: 50 }, () => cache.getOrLoad(aKey('a'), load)));
      assert.deepEqual(new Set(answers), new Set(['loaded']));
      assert.equal(await cache.getOrLoad(aKey('a'), neverLoad), 'loaded');
      assert.equal(state.count, 1);
    },
  },
  {
    title: 'when a load fails, then all who wait hear its error, and the next one loads again at once',
    run: async (cache) => {
      const error = new Error('away');
      const { state, load } = countingLoad(undefined);
      const failing = async (): Promise<string> => {
        await load();
        throw error;
      };
      const outcomes = await Promise.allSettled([cache.getOrLoad(aKey('a'), failing), cache.getOrLoad(aKey('a'), failing)]);
      for (const outcome of outcomes) assert.equal(outcome.status === 'rejected' && outcome.reason, error);
      assert.equal(state.count, 1);
      assert.equal(await cache.getOrLoad(aKey('a'), async () => 'loaded'), 'loaded');
    },
  },
  {
    title: 'when the loader throws before it promises anything, then the next one loads again',
    run: async (cache) => {
      const broken = (): Promise<string> => {
        throw new Error('at once');
      };
      await assert.rejects(cache.getOrLoad(aKey('a'), broken), /at once/);
      assert.equal(await cache.getOrLoad(aKey('a'), async () => 'loaded'), 'loaded');
    },
  },
  {
    title: 'when a value is past its time, then it is answered at once and loaded anew behind the back of who asked',
    run: async (cache) => {
      const key = aKey('a', { ttlMs: 50, staleMs: 60_000 });
      await cache.set(key, 'old');
      await untilGone(cache, key);
      const { promise, resolve } = Promise.withResolvers<string>();
      const load = (): Promise<string> => promise;
      assert.equal(await cache.getOrLoad(key, load), 'old');
      assert.equal(await cache.getOrLoad(key, load), 'old');
      resolve('new');
      await waitFor(async () => (await cache.getOrLoad(key, load)) === 'new');
    },
  },
  {
    title: 'when a load fails with an error that passes, then the value past its time is used; when it does not pass, then not',
    run: async (cache) => {
      const key = aKey('a', { ttlMs: 50, staleIfErrorMs: 60_000 });
      await cache.set(key, 'old');
      await untilGone(cache, key);
      const away = new ServiceUnavailableError('away');
      assert.equal(await cache.getOrLoad(key, () => Promise.reject(away)), 'old');
      const refusal = new Error('no such thing');
      await assert.rejects(
        cache.getOrLoad(key, () => Promise.reject(refusal)),
        /no such thing/,
      );
      assert.equal(await cache.getOrLoad(key, async () => 'new'), 'new');
    },
  },
];

/** The whole of it: one suite for every cache. */
export const cachePromises: readonly CachePromise[] = [...keeping, ...loading, ...droppingPromises];
