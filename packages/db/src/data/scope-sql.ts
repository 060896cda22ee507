import type { CommentKey, ScopeRef } from '@otklik/contracts';
import { type SqlParams, type Statement, createSqlParams } from './sql-params.ts';

/**
 * The comments of a scope in the order of the primary key: `columns` selects from `c`. Walls and posts are read one
 * after the other, each by its range of that key: a sort over everything would come before the first row, and what the
 * planner makes of long lists depends on statistics that a young table doesn't have. Authors and times have indexes of
 * their own, whose rows PostgreSQL sorts, on its disk when they are many.
 */
export const orderedScopeSql = (
  { workspaceId, scope }: ScopeRef,
  { columns, after = null }: { readonly columns: string; readonly after?: CommentKey | null },
): Statement => {
  const params = createSqlParams();
  const workspace = params.add(workspaceId, 'uuid');
  const within = [`c.workspace_id = ${workspace}`, `c.kind = 'wall'`, ...behind(params, after), ...writtenSql(params, scope)];
  const places = scope.authors === undefined ? placesOf(scope, after) : null;
  if (places === null) {
    const where = [...within, ...placeConditions(params, scope)].join(' AND ');
    return {
      text: `SELECT ${columns} FROM comment c WHERE ${where} ORDER BY c.workspace_id, c.kind, c.owner_id, c.object_id, c.comment_id`,
      values: params.values,
    };
  }
  const owners = params.add(
    places.map(({ ownerId }) => ownerId),
    'int8[]',
  );
  const posts = params.add(
    places.map(({ postId }) => postId),
    'int8[]',
  );
  const isPost = scope.posts === undefined ? [] : ['c.object_id = p.object_id'];
  const where = [...within, 'c.owner_id = p.owner_id', ...isPost].join(' AND ');
  return {
    text: `SELECT ${columns} FROM unnest(${owners}, ${posts}) AS p (owner_id, object_id) CROSS JOIN LATERAL (
      SELECT c.* FROM comment c WHERE ${where} ORDER BY c.workspace_id, c.kind, c.owner_id, c.object_id, c.comment_id) AS c`,
    values: params.values,
  };
};

/** Conditions of a scope on `c` for statements that need no order: counts and totals. */
export const scopeConditions = (params: SqlParams, { workspaceId, scope }: ScopeRef): string =>
  [
    `c.workspace_id = ${params.add(workspaceId, 'uuid')}`,
    `c.kind = 'wall'`,
    ...placeConditions(params, scope),
    ...writtenSql(params, scope),
  ].join(' AND ');

type Scope = ScopeRef['scope'];
type Place = { readonly ownerId: string; readonly postId: string | null };

const placeConditions = (params: SqlParams, { walls, posts }: Scope): readonly string[] => {
  const keys = posts?.map(postKey);
  return [
    ...(walls === undefined ? [] : [`c.owner_id = ANY(${params.add(walls, 'int8[]')})`]),
    ...(keys === undefined
      ? []
      : [
          `(c.owner_id, c.object_id) IN (SELECT * FROM unnest(${params.add(
            keys.map(({ ownerId }) => ownerId),
            'int8[]',
          )}, ${params.add(
            keys.map(({ postId }) => postId),
            'int8[]',
          )}))`,
        ]),
  ];
};

const writtenSql = (params: SqlParams, { authors, since, until }: Scope): readonly string[] => [
  ...(authors === undefined ? [] : [`c.author_key = ANY(${params.add(authors, 'text[]')})`]),
  ...(since === undefined ? [] : [`c.date >= ${params.add(since, 'timestamptz')}`]),
  ...(until === undefined ? [] : [`c.date < ${params.add(until, 'timestamptz')}`]),
];

const behind = (params: SqlParams, after: CommentKey | null): readonly string[] =>
  after === null
    ? []
    : [
        `(c.owner_id, c.object_id, c.comment_id) > (${params.add(after.ownerId, 'int8')}, ${params.add(after.postId, 'int8')}, ${params.add(after.commentId, 'int8')})`,
      ];

/** The walls or posts of the scope, each once, in the order of the key; null when it names none. */
const placesOf = ({ walls, posts }: Scope, after: CommentKey | null): readonly Place[] | null => {
  if (walls === undefined && posts === undefined) return null;
  const named: readonly Place[] = posts === undefined ? (walls ?? []).map((ownerId) => ({ ownerId, postId: null })) : posts.map(postKey);
  const wanted = walls === undefined ? null : new Set(walls);
  const unique = new Map(named.map((place) => [`${place.ownerId}_${place.postId}`, place]));
  return [...unique.values()]
    .filter((place) => (wanted === null || wanted.has(place.ownerId)) && (after === null || compare(place, after) >= 0))
    .toSorted(compare);
};

const compare = (a: Place, b: Place): number =>
  compareIds(a.ownerId, b.ownerId) || (a.postId === null || b.postId === null ? 0 : compareIds(a.postId, b.postId));

const compareIds = (a: string, b: string): number => {
  const [left, right] = [BigInt(a), BigInt(b)];
  return left === right ? 0 : left < right ? -1 : 1;
};

const postKey = (post: string): { readonly ownerId: string; readonly postId: string } => {
  const [ownerId = '', postId = ''] = post.split('_');
  return { ownerId, postId };
};
