import type { PostBody, PostView, WallBody, WallDetailBody, WallView } from '@otklik/contracts';
import type { WallInDetail } from '@otklik/core';

export const toWallBody = ({ ownerId, kind, name, screenName, firstSeenAt, read }: WallView): WallBody => ({
  ownerId,
  kind,
  name,
  screenName,
  firstSeenAt: firstSeenAt.toISOString(),
  read: read && { ...read, at: read.at.toISOString() },
  url: `https://vk.com/wall${ownerId}`,
});

export const toPostBody = ({ commentsClaimed: claimed, date, read, commentsReadAt, ...post }: PostView): PostBody => ({
  ownerId: post.ownerId,
  postId: post.postId,
  authorKey: post.authorKey,
  date: date.toISOString(),
  text: post.text,
  likes: post.likes,
  isPinned: post.isPinned,
  canReadComments: post.canReadComments,
  read: read && { ...read, at: read.at.toISOString() },
  commentsReadAt: commentsReadAt?.toISOString() ?? null,
  claimed,
  collected: post.collected,
  missing: post.missing,
  reason: post.reason,
  url: `https://vk.com/wall${post.ownerId}_${post.postId}`,
});

export const toWallDetailBody = ({ wall, coverage, incompletePosts }: WallInDetail): WallDetailBody => ({
  ...toWallBody(wall),
  coverage: {
    ...coverage,
    oldestReadAt: coverage.oldestReadAt?.toISOString() ?? null,
    reasons: coverage.reasons.map((reason) => ({ ...reason })),
  },
  incompletePosts: incompletePosts.map(toPostBody),
});
