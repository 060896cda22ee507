import type { CommentRow } from '@otklik/contracts';
import { VkApiError } from '@otklik/shared';
import type { CommentsPage, CommentsRead, PostsPage, VkRead, VkReadAnswer } from '../vk-reads.ts';
import { aComment, aPost } from './pages.ts';

/** A comment and the replies below it; all ids are numbers of one wall. */
export type SmallThread = { readonly id: number; readonly replies: readonly number[] };
export type SmallPost = { readonly id: number; readonly threads: readonly SmallThread[]; readonly refusal?: number };
export type SmallWall = {
  readonly ownerId: string;
  readonly posts: readonly SmallPost[];
  /** The number of the post that stands first, and not in its place. */
  readonly pinnedId?: number | undefined;
};

/** Answers reads of a few walls as VK does, in memory. Posts newest first, comments oldest first. */
export const answerFrom =
  (walls: readonly SmallWall[]) =>
  (read: VkRead): VkReadAnswer => {
    if (read.kind === 'postsById') {
      const posts = read.keys.flatMap(({ ownerId, postId }) =>
        wallOf(walls, ownerId).posts.flatMap((post) => (String(post.id) === postId ? rowOf(ownerId, post) : [])),
      );
      return { kind: 'posts', page: { count: null, posts, authors: [] } };
    }
    const wall = wallOf(walls, read.ownerId);
    if (read.kind === 'posts') return { kind: 'posts', page: listing(wall, read.offset, read.count) };
    const post = wall.posts.find(({ id }) => String(id) === read.postId);
    const refusal = post === undefined ? 15 : post.refusal;
    if (refusal !== undefined) return { kind: 'refused', error: refused(refusal) };
    return { kind: 'comments', page: commentsOf(wall.ownerId, post?.threads ?? [], read) };
  };

/** Every comment of the walls, as `<owner>_<post>_<comment>`. */
export const allOf = (walls: readonly SmallWall[]): string[] =>
  walls
    .flatMap(({ ownerId, posts }) =>
      posts.flatMap(({ id: post, threads, refusal }) =>
        refusal === undefined ? threads.flatMap(({ id, replies }) => [id, ...replies].map((one) => `${ownerId}_${post}_${one}`)) : [],
      ),
    )
    .toSorted();

const wallOf = (walls: readonly SmallWall[], ownerId: string): SmallWall =>
  walls.find((wall) => wall.ownerId === ownerId) ?? { ownerId, posts: [] };

const refused = (vkCode: number): VkApiError => new VkApiError('VK says no.', { vkCode, vkClass: 'permanent', method: 'wall.getComments' });

const rowOf = (ownerId: string, { id, threads }: SmallPost, pinnedId?: number) =>
  aPost(String(id), {
    ownerId,
    isPinned: id === pinnedId,
    commentsClaimed: threads.reduce((sum, { replies }) => sum + 1 + replies.length, 0),
  });

const listing = ({ ownerId, posts, pinnedId }: SmallWall, offset: number, count: number): PostsPage => ({
  count: posts.length,
  posts: [...posts.filter(({ id }) => id === pinnedId), ...posts.filter(({ id }) => id !== pinnedId)]
    .slice(offset, offset + count)
    .map((post) => rowOf(ownerId, post, pinnedId)),
  authors: [],
});

const commentsOf = (ownerId: string, threads: readonly SmallThread[], read: CommentsRead): CommentsPage => {
  const root = threads.find(({ id }) => String(id) === read.rootId);
  const level: readonly SmallThread[] = read.rootId === null ? threads : (root?.replies ?? []).map((id) => ({ id, replies: [] }));
  const start = read.startCommentId === null ? 0 : level.findIndex(({ id }) => id >= Number(read.startCommentId));
  const from = (start === -1 ? level.length : start) + read.offset;
  const row = (id: number, rootId: string | null): CommentRow =>
    aComment(String(id), { ownerId, postId: read.postId, parentId: rootId, threadId: rootId ?? String(id) });
  return {
    levelCount: level.length,
    authors: [],
    threads: level.slice(from, from + read.count).map(({ id, replies }) => ({
      root: row(id, read.rootId),
      replyCount: replies.length,
      replies: replies.slice(0, read.threadItems).map((reply) => row(reply, String(id))),
    })),
  };
};
