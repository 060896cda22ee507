/**
 * Comments of the workspace in $1 that stand below the post `p` and that VK still lists, as a subquery.
 *
 * Sorted, because only the primary key has that order, and a sorted subquery is planned by itself. Without statistics, as
 * in the first minutes of an installation, the index by wall looks just as good to PostgreSQL otherwise, and every post
 * would read through its whole wall. Each column is compared for itself: of a comparison of rows it only judges the first
 * column, which every comment has, so that with statistics it would read the whole table for each post.
 */
export const commentsOfPost = (columns: string): string => `
    SELECT ${columns} FROM comment c
    WHERE c.workspace_id = $1 AND c.kind = 'wall' AND c.owner_id = p.owner_id AND c.object_id = p.post_id AND c.is_gone IS NOT TRUE
    ORDER BY c.comment_id`;
