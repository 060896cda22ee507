import { describe, expect, test } from '@jest/globals';
import { VkApiError } from '@otklik/shared';
import { newFrontier } from '../frontier/frontier.ts';
import { aPlan } from '../testing/a-plan.ts';
import { refuseLookup } from './take-lookup.ts';

describe('when VK can not say whether posts are there', () => {
  const error = new VkApiError('VK reports an internal error.', { vkCode: 10, vkClass: 'retry', method: 'wall.getById' });
  const keys = [{ ownerId: '-1', postId: '5' }];
  const asked = { kind: 'lookup', read: { kind: 'postsById', keys } } as const;
  const at = { ...newFrontier(), wanted: ['-1_5'] };
  const context = { known: () => undefined, now: 0, isNamed: () => false };

  test('and they are all there is to collect, then the job fails with what VK said, and may be tried again', () => {
    expect(() => refuseLookup(at, { asked, error, context: { ...context, plan: aPlan({ postIds: ['5'] }), isOnlyTarget: true } })).toThrow(
      error,
    );
  });

  test('and they are some of many, then they are named as failed with the code', () => {
    const { frontier, harvest } = refuseLookup(at, { asked, error, context: { ...context, plan: aPlan(), isOnlyTarget: false } });
    expect(frontier).toMatchObject({ wanted: [], failures: { total: 1, posts: [{ ref: '-1_5', vkCode: 10 }] } });
    expect(harvest?.postReads).toMatchObject([{ postId: '5', state: 'error', vkCode: 10 }]);
  });
});
