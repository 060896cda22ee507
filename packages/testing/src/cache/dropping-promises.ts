import assert from 'node:assert/strict';
import { setTimeout as pass } from 'node:timers/promises';
import type { Cache, CacheKey } from '@otklik/shared';
import { type CachePromise, aKey, aKind } from './cache-material.ts';

/** What goes, and what stays, when something is dropped. */
export const droppingPromises: readonly CachePromise[] = [
  {
    title: 'when a value is deleted, then it is gone and its neighbour is not',
    run: async (cache) => {
      await cache.setMany(['a', 'b'].map((id) => ({ key: aKey(id), value: id })));
      await cache.delete(aKey('a'));
      assert.deepEqual(await cache.getMany([aKey('a'), aKey('b')]), [undefined, 'b']);
    },
  },
  {
    title: 'when a prefix is deleted, then what begins with its segments is gone and nothing else',
    run: async (cache) => {
      const ids = ['w1', 'w1:overview', 'w1:timeline:day', 'w10:overview', 'w2:overview'];
      await cache.setMany(ids.map((id) => ({ key: aKey(id), value: id })));
      await cache.set(aKey('w1:overview', { name: 'other' }), 'of another kind');
      await cache.deletePrefix(aKind(), 'w1');
      assert.deepEqual(await cache.getMany(ids.map((id) => aKey(id))), [undefined, undefined, undefined, 'w10:overview', 'w2:overview']);
      assert.equal(await cache.get(aKey('w1:overview', { name: 'other' })), 'of another kind');
      await cache.deletePrefix(aKind(), '');
      assert.deepEqual(await cache.getMany(ids.map((id) => aKey(id))), [undefined, undefined, undefined, undefined, undefined]);
      assert.equal(await cache.get(aKey('w1:overview', { name: 'other' })), 'of another kind');
    },
  },
  {
    title: 'when a tag is deleted, then what was kept with it is gone, of whatever kind',
    run: async (cache) => {
      const tagged = [aKey('a', { tags: ['wall:-1', 'x'] }), aKey('b', { name: 'other', tags: ['wall:-1'] })];
      const others = [aKey('c', { tags: ['wall:-2'] }), aKey('d')];
      await cache.setMany([...tagged, ...others].map((key) => ({ key, value: key.id })));
      await cache.deleteTag('wall:-1');
      assert.deepEqual(await cache.getMany([...tagged, ...others]), [undefined, undefined, 'c', 'd']);
      await cache.set(aKey('a', { tags: ['wall:-1', 'x'] }), 'again');
      assert.equal(await cache.get(aKey('a', { tags: ['wall:-1', 'x'] })), 'again');
    },
  },
  ...[
    { how: 'deleted', act: (cache: Cache, key: CacheKey<string | null>) => cache.delete(key) },
    { how: 'deleted by its prefix', act: (cache: Cache) => cache.deletePrefix(aKind(), 'w1') },
    { how: 'deleted by its tag', act: (cache: Cache) => cache.deleteTag('t') },
  ].map(({ how, act }) => ({
    title: `when a value is ${how} while it is loaded, then the old answer is not kept and later callers load anew`,
    run: async (cache: Cache) => {
      const key = aKey('w1:a', { tags: ['t'] });
      const { promise, resolve } = Promise.withResolvers<string>();
      const started = Promise.withResolvers<void>();
      const first = cache.getOrLoad(key, () => {
        started.resolve();
        return promise;
      });
      await started.promise;
      await act(cache, key);
      const second = cache.getOrLoad(key, async () => 'new');
      // A cache that lets the second wait for the first must not wait for ever here.
      await Promise.race([second, pass(300)]);
      resolve('old');
      assert.equal(await first, 'old');
      assert.equal(await second, 'new');
      assert.equal(await cache.getOrLoad(key, async () => 'newer'), 'new');
    },
  })),
  {
    title: 'when a value is set while another is loaded, then the one that was set stays',
    run: async (cache) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const started = Promise.withResolvers<void>();
      const loaded = cache.getOrLoad(aKey('a'), () => {
        started.resolve();
        return promise;
      });
      await started.promise;
      await cache.set(aKey('a'), 'set');
      resolve('loaded');
      assert.equal(await loaded, 'loaded');
      assert.equal(await cache.get(aKey('a')), 'set');
    },
  },
];
