/** Comments of the workspace in $1 that stand below the post `p` and that VK still lists, as a subquery. */
export const commentsOfPost = (columns: string): string => `
    SELECT ${columns} FROM comment c
    WHERE c.workspace_id = $1 AND c.kind = 'wall' AND c.owner_id = p.owner_id AND c.object_id = p.post_id AND c.is_gone IS NOT TRUE`;
