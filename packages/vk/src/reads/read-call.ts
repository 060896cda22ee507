import { CommentsAnswer, toComments } from '../answers/comments.ts';
import { PostsAnswer, toPosts } from '../answers/posts.ts';
import { type PoolCall, poolCall } from '../pool/pool-call.ts';
import { commentsParams, postsByIdParams, postsParams } from './read-params.ts';
import type { VkRead, VkReadAnswer } from './vk-read.ts';

/** A read as VK is asked for it. */
export const callOfRead = (read: VkRead): PoolCall<VkReadAnswer> => {
  switch (read.kind) {
    case 'posts':
      return poolCall('wall.get', {
        params: postsParams(read),
        answer: PostsAnswer,
        toValue: (answer) => ({ kind: 'posts', page: toPosts(read.ownerId, answer) }),
      });
    case 'postsById':
      return poolCall('wall.getById', {
        params: postsByIdParams(read.keys),
        answer: PostsAnswer,
        // Posts of several walls say whose they are.
        toValue: (answer) => ({ kind: 'posts', page: toPosts(read.keys[0]?.ownerId ?? '', answer) }),
      });
    case 'comments':
      return poolCall('wall.getComments', {
        params: commentsParams(read),
        answer: CommentsAnswer,
        toValue: (answer) => ({ kind: 'comments', page: toComments(read, answer) }),
      });
  }
};
