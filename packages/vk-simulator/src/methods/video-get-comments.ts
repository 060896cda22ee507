import { z } from 'zod';
import { defineMethod } from '../api/method.ts';
import { integer, missing } from '../api/params.ts';
import { refuse } from '../api/refusal.ts';

/** `video.getComments`: there are no videos here, which every one that is asked for is told. Not for service keys. */
export const videoGetComments = defineMethod({
  name: 'video.getComments',
  tokens: ['user'],
  params: z.object({ owner_id: integer(), video_id: integer({ min: 0 }), count: integer({ min: 0, max: 100 }) }),
  answer: ({ owner_id: ownerId, video_id: id }) => {
    if (ownerId === undefined) throw missing('owner_id');
    if (id === undefined) throw missing('video_id');
    throw refuse(100, 'video not found');
  },
});
