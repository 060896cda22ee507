import type { CommentInDetail, CommentKey, CommentStore } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';

/** Revisions, and comments of the thread, that one answer holds. */
const LIMIT = 200;

export type ReadComment = (workspaceId: string, key: CommentKey) => Promise<CommentInDetail>;

/** One comment with its history and its thread. Throws NotFoundError, also for another workspace's. */
export const makeReadComment =
  ({ comments }: { readonly comments: Pick<CommentStore, 'readComment'> }): ReadComment =>
  async (workspaceId, key) => {
    const found = await comments.readComment({ workspaceId, key, limit: LIMIT });
    if (found === null) throw new NotFoundError('There is no such comment in this workspace.');
    return found;
  };
