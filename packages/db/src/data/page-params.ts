import type { AuthorRow, CommentRow, PageInput, PostRow, WallRow } from '@otklik/contracts';
import { boolArray, int4Array, int8Array, textArray, timestamptzArray } from './array-params.ts';
import { inKeyOrder } from './key-order.ts';
import type { PageParts } from './page-sql.ts';
import { stepParams } from './step-params.ts';
import { storableJson } from './storable-json.ts';

/** $1 … of `storePageSql`, which names the order. `comments` as `commentsOf` gives them. */
export const pageParams = (input: PageInput, comments: readonly CommentRow[]): readonly unknown[] => [
  ...aroundParams(input),
  ...endParams(comments),
  ...commentParams(comments),
];

/** What the statements for this page have to be made for. */
export const partsOf = ({ walls = [], authors, posts }: PageInput): PageParts => ({
  hasWalls: walls.length > 0,
  hasAuthors: authors.length > 0,
  hasPosts: posts.length > 0,
});

/** The comments of a page in the order in which they are stored, each once. */
export const commentsOf = ({ comments }: PageInput): readonly CommentRow[] =>
  inKeyOrder(comments, (row) => [row.ownerId, row.postId, row.commentId]);

/** $1 … of `storeAroundSql`: everything of a page but its comments. */
export const aroundParams = ({ walls = [], ...input }: PageInput): readonly unknown[] => [
  input.lease.jobId,
  input.lease.lease,
  input.workspaceId,
  ...stepParams(input),
  ...(walls.length === 0 ? [] : wallParams(inKeyOrder(walls, (row) => [row.ownerId]))),
  ...(input.authors.length === 0 ? [] : authorParams(inKeyOrder(input.authors, (row) => [row.authorKey]))),
  ...(input.posts.length === 0 ? [] : postParams(inKeyOrder(input.posts, (row) => [row.ownerId, row.postId]))),
];

/** The posts of comments that are in order, each with the numbers of its first and its last one. */
export const endParams = (comments: readonly CommentRow[]): readonly Buffer[] => {
  const isFirst = ({ ownerId, postId }: CommentRow, other: CommentRow | undefined): boolean =>
    other === undefined || other.ownerId !== ownerId || other.postId !== postId;
  const firsts = comments.filter((row, index) => isFirst(row, comments[index - 1]));
  const lasts = comments.filter((row, index) => isFirst(row, comments[index + 1]));
  return [
    int8Array(firsts.map((row) => row.ownerId)),
    int8Array(firsts.map((row) => row.postId)),
    int8Array(firsts.map((row) => row.commentId)),
    int8Array(lasts.map((row) => row.commentId)),
  ];
};

const wallParams = (rows: readonly WallRow[]): readonly Buffer[] => [
  int8Array(rows.map((row) => row.ownerId)),
  textArray(rows.map((row) => row.kind)),
  textArray(rows.map((row) => row.name)),
  textArray(rows.map((row) => row.screenName)),
];

const authorParams = (rows: readonly AuthorRow[]): readonly Buffer[] => [
  textArray(rows.map((row) => row.authorKey)),
  textArray(rows.map((row) => row.name)),
  textArray(rows.map((row) => row.screenName)),
  textArray(rows.map((row) => row.deactivated)),
];

const postParams = (rows: readonly PostRow[]): readonly Buffer[] => [
  int8Array(rows.map((row) => row.ownerId)),
  int8Array(rows.map((row) => row.postId)),
  textArray(rows.map((row) => row.authorKey)),
  timestamptzArray(rows.map((row) => row.date)),
  textArray(rows.map((row) => row.text)),
  int4Array(rows.map((row) => row.commentsClaimed)),
  boolArray(rows.map((row) => row.canReadComments)),
  boolArray(rows.map((row) => row.isPinned)),
  int4Array(rows.map((row) => row.likes)),
];

const commentParams = (rows: readonly CommentRow[]): readonly Buffer[] => [
  int8Array(rows.map((row) => row.ownerId)),
  int8Array(rows.map((row) => row.postId)),
  int8Array(rows.map((row) => row.commentId)),
  textArray(rows.map((row) => row.authorKey)),
  int8Array(rows.map((row) => row.parentId)),
  int8Array(rows.map((row) => row.threadId)),
  int8Array(rows.map((row) => row.replyToId)),
  timestamptzArray(rows.map((row) => row.date)),
  textArray(rows.map((row) => row.text)),
  int4Array(rows.map((row) => row.likes)),
  textArray(rows.map((row) => (row.attachments.length === 0 ? null : storableJson(row.attachments)))),
  boolArray(rows.map((row) => row.isDeleted)),
];
