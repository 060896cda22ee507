/**
 * Comments `c` of the workspace in $1 that stand below the post `p` and that VK still lists, for a WHERE.
 *
 * Owner and post are compared together with the kind, as only the primary key has the three side by side: compared one by
 * one, the index by wall looks just as good to a PostgreSQL that has no statistics yet, as in the first minutes of an
 * installation, and every post would read through its whole wall.
 */
export const COMMENTS_OF_POST = `c.workspace_id = $1 AND (c.kind, c.owner_id, c.object_id) >= ('wall', p.owner_id, p.post_id)
      AND (c.kind, c.owner_id, c.object_id) <= ('wall', p.owner_id, p.post_id) AND c.is_gone IS NOT TRUE`;
