import { expect, test } from '@jest/globals';
import { aPost, aPostsPage } from '../testing/pages.ts';
import { createLookUp } from './look-up.ts';

test('when something is looked up, then the end of the attempt ends that, too', async () => {
  const { signal } = new AbortController();
  const signals: unknown[] = [];
  const saw = (given: AbortSignal | undefined): void => void signals.push(given);
  const lookUp = createLookUp({
    walls: {
      knownPosts: async (asked) => {
        saw(asked.signal);
        return [];
      },
      wallByOwner: async (asked) => {
        saw(asked.signal);
        return null;
      },
    },
    targets: {
      named: async (_refs, given) => {
        saw(given);
        return new Set();
      },
    },
    workspaceId: 'workspace',
    signal,
  });
  const answers = [{ kind: 'posts', page: aPostsPage([aPost('1')]) }] as const;
  await lookUp.knownPosts(answers);
  await lookUp.newWalls(answers);
  await lookUp.namedPosts({ asked: [], answers, requests: 1 });
  await lookUp.isNamedElsewhere('wall', { ownerId: '-1', kind: 'group', name: 'Wall', screenName: null });
  expect(signals).toEqual([signal, signal, signal, signal]);
  expect(signals.every((one) => one === signal)).toBe(true);
});
