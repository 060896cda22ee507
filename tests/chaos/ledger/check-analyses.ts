import { crawlsOf } from './check-comments.ts';
import { type JobRow, readJobs } from './job-rows.ts';
import type { Check, Finding } from './ledger.ts';

const ANALYZED = `SELECT count(*)::int AS count FROM comment_analysis WHERE owner_id = $1`;

/** An analysis that follows a crawl counts each comment of the wall once, and leaves one finding for each. */
export const checkAnalyses: Check = async (books) => {
  const jobs = await readJobs(books);
  const findings: Finding[] = [];
  for (const [ownerId, { comments, screenName }] of books.truths) {
    const crawls = new Set(crawlsOf(books, jobs, ownerId).flatMap(({ key, state, outcome }) => (isWhole({ state, outcome }) ? [key] : [])));
    const analyses = jobs.filter(
      ({ type, state, key, isFollowUp }) => type === 'analyze' && state === 'succeeded' && isFollowUp && crawls.has(key),
    );
    findings.push(...analyses.flatMap((job) => checkCounts(job, { expected: comments.length, screenName })));
    const [row] = await books.query<{ readonly count: number }>(ANALYZED, [ownerId]);
    const found = row?.count ?? 0;
    if (analyses.length > 0 && found !== comments.length)
      findings.push({
        line: found < comments.length ? 'lost' : 'duplicated',
        what: `${found} of ${comments.length} comments of ${screenName} are analyzed`,
      });
  }
  return findings;
};

const isWhole = ({ state, outcome }: Pick<JobRow, 'state' | 'outcome'>): boolean => state === 'succeeded' && outcome === 'complete';

type Expected = { readonly expected: number; readonly screenName: string };

const checkCounts = ({ id, result }: JobRow, { expected, screenName }: Expected): readonly Finding[] => {
  const told = Number(result?.['comments']);
  if (told === expected) return [];
  return [
    { line: told < expected ? 'lost' : 'duplicated', jobId: id, what: `counted ${told} comments of ${screenName} instead of ${expected}` },
  ];
};
