import type { Attachment, Comment, Post } from '../population/model.ts';
import type { Discussion } from '../state/discussions.ts';

/** A post in VK's words. */
export const renderPost = (post: Post, ownerId: number) => ({
  inner_type: 'wall_wallpost',
  ...(post.isPinned === true ? { is_pinned: 1 } : {}),
  donut: post.donutPlaceholder === undefined ? { is_donut: false } : { is_donut: true, placeholder: { text: post.donutPlaceholder } },
  comments: renderCommentsInfo(post),
  marked_as_ads: post.isAd === true ? 1 : 0,
  hash: `h${post.id.toString(36)}`,
  ...(post.copyOf === undefined ? {} : { copy_history: [renderCopied(post.copyOf)] }),
  attachments: post.attachments.map((it) => renderAttachment(it, post.date)),
  date: post.date,
  from_id: post.fromId,
  id: post.id,
  likes: { can_like: 1, count: post.likes, user_likes: 0, can_publish: 1 },
  owner_id: ownerId,
  post_source: { type: 'vk' },
  post_type: 'post',
  reposts: { count: post.reposts, user_reposted: 0 },
  text: post.donutPlaceholder === undefined ? post.text : '',
  views: { count: post.views },
});

const renderCommentsInfo = ({ commentsAccess, claimedComments }: Post) => ({
  can_post: commentsAccess === 'open' ? 1 : 0,
  can_view: commentsAccess === 'closed' ? 0 : 1,
  count: claimedComments,
  groups_can_post: commentsAccess === 'open',
});

const renderCopied = ({ ownerId, id, date, text }: NonNullable<Post['copyOf']>) => ({
  inner_type: 'wall_wallpost',
  type: 'post',
  attachments: [],
  date,
  from_id: ownerId,
  id,
  owner_id: ownerId,
  post_source: { type: 'vk' },
  post_type: 'post',
  text,
});

export type CommentView = {
  readonly discussion: Discussion;
  readonly ownerId: number;
  readonly isLikesWanted: boolean;
  /** Texts are cut to so many characters; 0 leaves them whole. */
  readonly previewLength: number;
  /** Replies shown inside `thread`. */
  readonly threadItems: number;
};

/** A comment in VK's words; a root carries its thread. What is left of a deleted one has neither author nor text. */
export const renderComment = (comment: Comment, view: CommentView): Record<string, unknown> => {
  const shared = { id: comment.id, date: comment.date, parents_stack: comment.rootId === null ? [] : [comment.rootId] };
  const thread = comment.rootId === null ? { thread: renderThread(comment, view) } : {};
  if (comment.isDeleted) return { ...shared, ...thread, deleted: true };
  const { post } = view.discussion;
  const answered = comment.replyToId === null ? undefined : view.discussion.byId(comment.replyToId);
  const isPaid = comment.donutPlaceholder !== undefined;
  return {
    ...shared,
    from_id: comment.fromId,
    can_edit: 0,
    post_id: comment.postId,
    owner_id: view.ownerId,
    text: isPaid ? '' : preview(comment.text, view.previewLength),
    ...(comment.attachments.length === 0 ? {} : { attachments: comment.attachments.map((it) => renderAttachment(it, comment.date)) }),
    ...(isPaid ? { donut: { is_don: true, placeholder: { text: comment.donutPlaceholder } } } : {}),
    ...(view.isLikesWanted ? { likes: { can_like: 1, count: comment.likes, user_likes: 0, can_publish: 1 } } : {}),
    ...(answered === undefined ? {} : { reply_to_comment: answered.id, ...(answered.isDeleted ? {} : { reply_to_user: answered.fromId }) }),
    ...(comment.fromId === post.fromId ? { is_from_post_author: true } : {}),
    ...thread,
  };
};

const renderThread = (root: Comment, view: CommentView) => {
  const replies = view.discussion.repliesTo(root.id);
  const canPost = view.discussion.post.commentsAccess === 'open' && !root.isDeleted;
  return {
    count: replies.length,
    items: replies.slice(0, view.threadItems).map((reply) => renderComment(reply, view)),
    can_post: canPost,
    show_reply_button: canPost,
    groups_can_post: canPost,
  };
};

/** Cuts whole characters, at the end of a word where there is one. */
const preview = (text: string, length: number): string => {
  if (length === 0 || text.length <= length) return text;
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const cut = characters.slice(0, length).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > 0 ? cut.slice(0, space) : cut}...`;
};

const FILES = 'https://sun.example/file';

const renderAttachment = (attachment: Attachment, date: number): Record<string, unknown> => {
  if (attachment.kind === 'link')
    return { type: 'link', link: { url: attachment.url, title: attachment.title, caption: 'gorod.example', description: '' } };
  const { kind, id, ownerId } = attachment;
  const image = { url: `${FILES}/${id}.jpg`, width: 320, height: 240 };
  const owned = { id, owner_id: ownerId };
  const bodies = {
    photo: { ...owned, album_id: -7, date, text: '', has_tags: false, sizes: [{ ...image, type: 'm' }] },
    sticker: { inner_type: 'base_sticker_new', sticker_id: id % 90_000, product_id: 279, images: [image], is_allowed: true },
    graffiti: { ...owned, ...image, access_key: 'a1b2' },
    video: { ...owned, response_type: 'min', date, title: 'Видео', duration: 14, image: [image], type: 'video' },
    doc: { ...owned, title: 'документ.pdf', size: 20_480, ext: 'pdf', url: `${FILES}/${id}`, date, type: 1 },
  };
  return { type: kind, [kind]: bodies[kind] };
};
