import type { Comment, Post } from './model.ts';

/** The author of whatever names none. */
export const SOMEBODY = 2_000_101;

type SaidFields = Partial<Pick<Comment, 'fromId' | 'text' | 'attachments' | 'likes' | 'isDeleted' | 'donutPlaceholder' | 'date'>>;

export type Said = SaidFields & { readonly replies?: readonly (SaidFields & { readonly toReply?: number })[] };

export type Trap = {
  readonly post: Partial<Omit<Post, 'id' | 'claimedComments'>> & {
    /** Comments that VK counts on top of those that are there. */
    readonly claimedTooMuch?: number;
  };
  readonly says: readonly Said[];
};

const STRIDE = 100;
const FIRST_DATE = 1_750_000_000;

/** Where the post stands among the traps decides its id: 100 for the first one, 200 for the second. */
export const trapPostId = (index: number): number => (index + 1) * STRIDE;

export const buildTrap = (
  { post, says }: Trap,
  index: number,
  ownerId: number,
): { readonly post: Post; readonly comments: readonly Comment[] } => {
  const id = trapPostId(index);
  const comments = publishAll(says, id);
  const { claimedTooMuch = 0, ...fields } = post;
  return {
    comments,
    post: {
      id,
      fromId: ownerId,
      date: dateOf(id),
      text: '',
      attachments: [],
      likes: 3,
      reposts: 0,
      views: 120,
      commentsAccess: 'open',
      claimedComments: comments.length + claimedTooMuch,
      ...fields,
    },
  };
};

const publishAll = (says: readonly Said[], postId: number): Comment[] => {
  const comments: Comment[] = [];
  const publish = (said: SaidFields, place: { readonly rootId: number | null; readonly replyToId: number | null }): number => {
    const id = postId + 1 + comments.length;
    const { isDeleted = false, text = '', ...fields } = said;
    comments.push({ id, postId, ...place, fromId: SOMEBODY, date: dateOf(id), attachments: [], likes: 0, ...fields, isDeleted, text });
    return id;
  };
  for (const { replies = [], ...said } of says) {
    const rootId = publish(said, { rootId: null, replyToId: null });
    for (const { toReply, ...reply } of replies)
      publish(reply, { rootId, replyToId: toReply === undefined ? rootId : rootId + 1 + toReply });
  }
  return comments;
};

const dateOf = (id: number): number => FIRST_DATE + id * 60;
