import type { CommentRow } from '@otklik/contracts';
import type { openPrisma } from '@otklik/db';

/** The peer: what an ORM makes of it by default, one `create` for each row. */
export const createRows = async (
  prisma: ReturnType<typeof openPrisma>,
  workspaceId: string,
  rows: readonly CommentRow[],
): Promise<void> => {
  for (const row of rows) {
    await prisma.comment.create({
      data: {
        workspaceId,
        ownerId: BigInt(row.ownerId),
        objectId: BigInt(row.postId),
        commentId: BigInt(row.commentId),
        parentId: row.parentId === null ? null : BigInt(row.parentId),
        threadId: BigInt(row.threadId),
        replyToId: row.replyToId === null ? null : BigInt(row.replyToId),
        date: row.date,
        likes: row.likes,
        authorKey: row.authorKey,
        text: row.text,
        ...(row.attachments.length > 0 && { attachments: [...row.attachments] }),
        deletedAt: row.isDeleted ? new Date() : null,
      },
    });
  }
};
