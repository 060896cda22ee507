import { MAX_VK_TOKENS } from '@otklik/contracts';

const FACTS = `t.id, t.workspace_id AS "workspaceId", t.kind, t.label, t.fingerprint, t.requests_per_second AS "requestsPerSecond",
  t.may_execute AS "mayExecute", t.expires_at AS "expiresAt", t.parked_until AS "parkedUntil", t.invalid_at AS "invalidAt",
  t.vk_code AS "vkCode", t.reason, t.probed_at AS "probedAt", t.created_by AS "createdBy", t.created_at AS "createdAt"`;

/** Dates inside of JSON would come as text. */
const millis = (column: string): string => `extract(epoch FROM ${column}) * 1000`;

const TODAY = `(now() AT TIME ZONE 'UTC')::date`;

const METHODS = `coalesce((
    SELECT json_agg(json_build_object('method', method, 'parkedUntil', ${millis('m.parked_until')}, 'vkCode', m.vk_code, 'reason', m.reason,
      'dailyCap', m.daily_cap, 'callsToday', greatest(q.calls, 0), 'firstCallAt', ${millis('q.first_call_at')}) ORDER BY method)
    FROM (SELECT * FROM vk_token_method WHERE token_id = t.id) m
    FULL JOIN (SELECT * FROM vk_token_quota WHERE token_id = t.id AND day = ${TODAY}) q USING (method)
  ), '[]') AS methods`;

const SEALED = `t.key_id AS "keyId", t.wrapped_key AS "wrappedKey", t.sealed`;

const ALL = `${FACTS}, ${METHODS}, ${SEALED}`;

/** In the statement of what it tells of: jobs that wait for a token are woken after it, also when the process dies in between. */
const stamp = (which: string): string => `UPDATE workspace SET vk_tokens_changed_at = now() WHERE ${which}`;

/** Known by its fingerprint; full when there are too many: two that come at once may make one more. */
export const ADD = `
WITH added AS (
  INSERT INTO vk_token (id, workspace_id, kind, label, fingerprint, key_id, wrapped_key, sealed, requests_per_second, expires_at, created_by)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
  WHERE (SELECT count(*) FROM vk_token WHERE workspace_id = $2) < ${MAX_VK_TOKENS}
  ON CONFLICT (workspace_id, fingerprint) DO NOTHING RETURNING *
), stamped AS (
  ${stamp('id IN (SELECT workspace_id FROM added)')}
)
SELECT ${FACTS}, '[]'::json AS methods FROM added t`;

export const OF_FINGERPRINT = `SELECT ${FACTS}, ${METHODS} FROM vk_token t WHERE t.workspace_id = $1 AND t.fingerprint = $2`;

export const LIST = `SELECT ${FACTS}, ${METHODS} FROM vk_token t WHERE t.workspace_id = $1 ORDER BY t.id`;

export const GET = `SELECT ${ALL} FROM vk_token t WHERE t.workspace_id = $1 AND t.id = $2`;

export const SEALED_LIST = `SELECT ${ALL} FROM vk_token t WHERE t.workspace_id = $1 ORDER BY t.id`;

/** Null leaves a thing as it is; $6 says whether $5 is meant. Another label or pace is no reason to look again. */
export const CHANGE = `
WITH forgotten AS (
  UPDATE vk_token_method m SET parked_until = NULL, vk_code = NULL, reason = NULL,
    daily_cap = CASE WHEN daily_cap > coalesce((SELECT calls FROM vk_token_quota q WHERE q.token_id = m.token_id AND q.method = m.method
      AND day = ${TODAY}), 0) THEN daily_cap END
  WHERE $7 AND token_id = $2 AND workspace_id = $1 AND parked_until IS NOT NULL
), stamped AS (
  ${stamp('id = $1 AND ($6 OR $7) AND EXISTS (SELECT 1 FROM vk_token WHERE workspace_id = $1 AND id = $2)')}
)
UPDATE vk_token t SET label = coalesce($3, label), requests_per_second = coalesce($4, requests_per_second),
  expires_at = CASE WHEN $6 THEN $5 ELSE expires_at END,
  parked_until = CASE WHEN $7 THEN NULL ELSE parked_until END, invalid_at = CASE WHEN $7 THEN NULL ELSE invalid_at END,
  vk_code = CASE WHEN $7 THEN NULL ELSE vk_code END, reason = CASE WHEN $7 THEN NULL ELSE reason END
WHERE workspace_id = $1 AND id = $2 RETURNING 1`;

/** Without any of its own, a workspace uses the token of the installation. */
export const REMOVE = `
WITH removed AS (
  DELETE FROM vk_token WHERE workspace_id = $1 AND id = $2 RETURNING workspace_id
), stamped AS (
  ${stamp('id IN (SELECT workspace_id FROM removed)')}
)
SELECT 1 FROM removed`;

/** Of those whose jobs wait for one, by the index of such jobs. */
export const LOOK_ANEW = stamp(`EXISTS (
  SELECT 1 FROM job j WHERE j.workspace_id = workspace.id AND j.state = 'queued' AND j.dispatched_at IS NULL AND j.waiting_for->>'kind' = 'token')`);

export const PARK = `
UPDATE vk_token SET parked_until = $3, vk_code = $4, reason = $5
WHERE workspace_id = $1 AND id = $2 AND invalid_at IS NULL AND (parked_until IS NULL OR parked_until < $3)`;

export const PARK_METHOD = `
INSERT INTO vk_token_method AS m (token_id, method, workspace_id, parked_until, vk_code, reason)
SELECT id, $6, workspace_id, $3, $4, $5 FROM vk_token WHERE workspace_id = $1 AND id = $2
ON CONFLICT (token_id, method) DO UPDATE SET parked_until = excluded.parked_until, vk_code = excluded.vk_code, reason = excluded.reason
WHERE m.parked_until IS NULL OR m.parked_until < excluded.parked_until`;

export const INVALIDATE = `
UPDATE vk_token SET invalid_at = now(), parked_until = NULL, vk_code = $3, reason = $4
WHERE workspace_id = $1 AND id = $2 AND invalid_at IS NULL`;

export const MAY_EXECUTE = `
UPDATE vk_token SET may_execute = $3 WHERE workspace_id = $1 AND id = $2 AND may_execute IS DISTINCT FROM $3`;

export const DAILY_CAP = `
INSERT INTO vk_token_method AS m (token_id, method, workspace_id, daily_cap)
SELECT id, $3, workspace_id, $4 FROM vk_token WHERE workspace_id = $1 AND id = $2
ON CONFLICT (token_id, method) DO UPDATE SET daily_cap = excluded.daily_cap`;

export const PROBED = `UPDATE vk_token SET probed_at = now() WHERE workspace_id = $1 AND id = $2`;

/** How long the ledger goes back. */
const KEPT_DAYS = 62;

/** In the order of the key, so that processes that count the same never wait for each other in a ring. */
export const COUNT = `
WITH told AS (
  SELECT t.id, t.workspace_id, c.method, c.day, c.calls
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::int[]) AS c (workspace_id, id, method, day, calls)
  JOIN vk_token t ON t.id = c.id AND t.workspace_id = c.workspace_id
), old AS (
  DELETE FROM vk_token_quota WHERE token_id IN (SELECT id FROM told) AND day < current_date - ${KEPT_DAYS}
)
INSERT INTO vk_token_quota AS q (token_id, day, method, workspace_id, calls)
SELECT id, day, method, workspace_id, calls FROM told ORDER BY id, day, method
ON CONFLICT (token_id, day, method) DO UPDATE SET calls = greatest(0, q.calls + excluded.calls)`;

export const KEYS_IN_USE = `
SELECT DISTINCT ON (key_id) id AS "tokenId", workspace_id AS "workspaceId", ${SEALED}, (count(*) OVER (PARTITION BY key_id))::int AS tokens
FROM vk_token t ORDER BY key_id, id`;

export const UNDER_OTHER_KEYS = `
SELECT id AS "tokenId", workspace_id AS "workspaceId", ${SEALED} FROM vk_token t
WHERE key_id <> $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`;

export const REWRAP = `
UPDATE vk_token SET key_id = $4, wrapped_key = $5 WHERE workspace_id = $1 AND id = $2 AND key_id = $3 RETURNING 1`;
