import { sameComment } from './comment-columns.ts';
import { HELD } from './lease-sql.ts';

/** Between the stems of a row, which come as one text: PostgreSQL has no arrays of arrays of different lengths. */
export const STEM_SEPARATOR = '\u001f';

/**
 * One statement: the lease, the rows, and the hits in place of the earlier ones. Unchanged rows and hits are not
 * touched. Keywords are locked while hits on them are added: one that was removed meanwhile is left out, not an error.
 * $1 … $5 as in HELD, $6 … $11 the rows by column, $12 … $15 their hits.
 */
export const STORE_ANALYSIS = `
WITH ${HELD}, input AS (
  SELECT $3::uuid AS workspace_id, 'wall'::comment_kind AS kind, i.owner_id, i.object_id, i.comment_id, i.language,
    i.entities::jsonb AS entities, string_to_array(i.stems, E'\\x1f') AS stems
  FROM held, unnest($6::int8[], $7::int8[], $8::int8[], $9::text[], $10::text[], $11::text[])
    AS i (owner_id, object_id, comment_id, language, entities, stems)
), stored AS (
  INSERT INTO comment_analysis AS a (workspace_id, kind, owner_id, object_id, comment_id, language, entities, stems)
  SELECT * FROM input i
  WHERE NOT EXISTS (SELECT 1 FROM comment_analysis s WHERE ${sameComment('s', 'i')} AND s.language IS NOT DISTINCT FROM i.language
    AND s.entities IS NOT DISTINCT FROM i.entities AND s.stems = i.stems)
  ON CONFLICT (workspace_id, kind, owner_id, object_id, comment_id) DO UPDATE SET
    language = excluded.language, entities = excluded.entities, stems = excluded.stems, analyzed_at = now()
), known AS (
  SELECT k.id FROM keyword k WHERE k.workspace_id = $3 AND k.id = ANY($15::uuid[]) ORDER BY k.id FOR KEY SHARE
), hit AS (
  SELECT $3::uuid AS workspace_id, 'wall'::comment_kind AS kind, h.owner_id, h.object_id, h.comment_id, h.keyword_id
  FROM held, unnest($12::int8[], $13::int8[], $14::int8[], $15::uuid[]) AS h (owner_id, object_id, comment_id, keyword_id)
  WHERE h.keyword_id IN (SELECT id FROM known)
), gone AS (
  DELETE FROM keyword_match m USING input i WHERE ${sameComment('m', 'i')}
    AND NOT EXISTS (SELECT 1 FROM hit h WHERE ${sameComment('h', 'm')} AND h.keyword_id = m.keyword_id)
), added AS (
  INSERT INTO keyword_match (workspace_id, kind, owner_id, object_id, comment_id, keyword_id) SELECT * FROM hit ON CONFLICT DO NOTHING
)
SELECT state FROM held`;
