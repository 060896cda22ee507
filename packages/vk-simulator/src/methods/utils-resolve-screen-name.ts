import { z } from 'zod';
import { defineMethod } from '../api/method.ts';
import { missing, word } from '../api/params.ts';

/** `utils.resolveScreenName`: what a short name stands for. For an unknown one VK answers with an empty list, no object. */
export const utilsResolveScreenName = defineMethod({
  name: 'utils.resolveScreenName',
  tokens: ['user', 'community', 'service'],
  params: z.object({ screen_name: word() }),
  answer: ({ screen_name: screenName }, world) => {
    if (screenName === undefined || screenName === '') throw missing('screen_name');
    const owner = world.resolve(screenName);
    if (owner === undefined) return [];
    return owner.kind === 'person'
      ? { object_id: owner.person.id, type: 'user' }
      : { object_id: owner.community.id, type: owner.community.type };
  },
});
