import type { AnalyzeResult, ScopeRef } from '@otklik/contracts';
import type { Tx } from '../sql.ts';
import { sameComment } from './comment-columns.ts';
import { scopeConditions } from './scope-sql.ts';
import { createSqlParams } from './sql-params.ts';

const TOP_STEMS = 50;
/** A result is kept with its job, and read with it. */
const TOP_KEYWORDS = 1_000;

type LanguageRow = AnalyzeResult['entities'] & {
  readonly language: string | null;
  readonly comments: number;
  readonly withoutText: number;
};

/** The three reads, for the same values. */
export const totalsSql = (ref: ScopeRef) => {
  const params = createSqlParams();
  const inScope = scopeConditions(params, ref);
  const analyzed = `comment c CROSS JOIN LATERAL (${findingsOf('comment_analysis')}) AS a WHERE ${inScope}`;
  return { values: params.values, languages: languagesSql(analyzed), stems: stemsSql(analyzed), keywords: keywordsSql(inScope) };
};

/** All of one snapshot. */
export const readAnalysisTotals = async (tx: Tx, ref: ScopeRef): Promise<AnalyzeResult> => {
  const { values, ...sql } = totalsSql(ref);
  const languages = await tx.query<LanguageRow>(sql.languages, values);
  const topStems = await tx.query<AnalyzeResult['topStems'][number]>(sql.stems, values);
  const keywords = await tx.query<AnalyzeResult['keywords'][number]>(sql.keywords, values);
  const sum = (count: (row: LanguageRow) => number): number => languages.reduce((total, row) => total + count(row), 0);
  return {
    comments: sum((row) => row.comments),
    withoutText: sum((row) => row.withoutText),
    languages: Object.fromEntries(languages.flatMap(({ language, comments }) => (language === null ? [] : [[language, comments]]))),
    entities: {
      mentions: sum((row) => row.mentions),
      links: sum((row) => row.links),
      hashtags: sum((row) => row.hashtags),
      emoji: sum((row) => row.emoji),
    },
    topStems: [...topStems],
    keywords: [...keywords],
  };
};

/**
 * Rows of the table that belong to the comment `c`, as a subquery: each is looked up by the whole key. In a plain join of
 * two tables without statistics, as in the first minutes of an installation, PostgreSQL expects one row of each and reads
 * through the one for every row of the other: an hour for 100,000 comments.
 */
const findingsOf = (table: 'comment_analysis' | 'keyword_match'): string =>
  `SELECT f.* FROM ${table} f WHERE ${sameComment('f', 'c')} ORDER BY f.comment_id`;

const entityCount = (name: string): string => `coalesce(sum(jsonb_array_length(a.entities->'${name}')), 0)::float8 AS ${name}`;

const languagesSql = (analyzed: string): string => `
SELECT a.language, count(*)::float8 AS comments, (count(*) FILTER (WHERE c.text IS NULL OR c.text !~ '\\S'))::float8 AS "withoutText",
  ${['mentions', 'links', 'hashtags', 'emoji'].map(entityCount).join(', ')}
FROM ${analyzed} GROUP BY a.language ORDER BY comments DESC, a.language`;

const stemsSql = (analyzed: string): string => `
SELECT s.stem, count(*)::float8 AS comments
FROM (SELECT unnest(a.stems) AS stem FROM ${analyzed}) AS s
GROUP BY s.stem ORDER BY comments DESC, s.stem COLLATE "C" LIMIT ${TOP_STEMS}`;

/** $1 is the workspace. Keywords that nothing hit are listed too: that is an answer. */
const keywordsSql = (inScope: string): string => `
SELECT k.phrase AS keyword, coalesce(h.comments, 0)::float8 AS comments FROM keyword k LEFT JOIN (
  SELECT m.keyword_id, count(*) AS comments FROM comment c CROSS JOIN LATERAL (${findingsOf('keyword_match')}) AS m
  WHERE ${inScope} GROUP BY m.keyword_id
) AS h ON h.keyword_id = k.id
WHERE k.workspace_id = $1 ORDER BY comments DESC, k.normalized COLLATE "C" LIMIT ${TOP_KEYWORDS}`;
