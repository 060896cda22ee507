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

/** Three reads of the same snapshot. */
export const readAnalysisTotals = async (tx: Tx, { workspaceId, scope }: ScopeRef): Promise<AnalyzeResult> => {
  const params = createSqlParams();
  const analyzed = `comment c JOIN comment_analysis a ON ${sameComment('a', 'c')} WHERE ${scopeConditions(params, { workspaceId, scope })}`;
  const languages = await tx.query<LanguageRow>(languagesSql(analyzed), params.values);
  const topStems = await tx.query<AnalyzeResult['topStems'][number]>(stemsSql(analyzed), params.values);
  const keywords = await tx.query<AnalyzeResult['keywords'][number]>(
    keywordsSql(scopeConditions(createSqlParams(), { workspaceId, scope })),
    params.values,
  );
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
  SELECT m.keyword_id, count(*) AS comments FROM keyword_match m JOIN comment c ON ${sameComment('c', 'm')}
  WHERE ${inScope} GROUP BY m.keyword_id
) AS h ON h.keyword_id = k.id
WHERE k.workspace_id = $1 ORDER BY comments DESC, k.normalized COLLATE "C" LIMIT ${TOP_KEYWORDS}`;
