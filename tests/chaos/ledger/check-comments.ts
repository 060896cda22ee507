import type { Truth } from '@otklik/vk-simulator';
import { type JobRow, readJobs } from './job-rows.ts';
import type { Books, Check, Finding } from './ledger.ts';

type Stored = { readonly post: string; readonly id: string; readonly text: string | null; readonly parent: string | null };

const STORED = `
SELECT object_id::text AS post, comment_id::text AS id, text, parent_id::text AS parent FROM comment WHERE owner_id = $1`;

/** What is stored of each wall is what VK holds: all of it where a crawl says so, nothing that VK does not hold, and the same words. */
export const checkComments: Check = async (books) => {
  const jobs = await readJobs(books);
  const findings: Finding[] = [];
  for (const [ownerId, truth] of books.truths) {
    const crawls = crawlsOf(books, jobs, ownerId);
    const whole = crawls.find(({ state, outcome }) => state === 'succeeded' && outcome === 'complete');
    const stored = await books.query<Stored>(STORED, [ownerId]);
    findings.push(...compare({ truth, stored, whole }), ...crawls.flatMap((crawl) => checkCount(crawl, truth)));
  }
  return [...findings, ...(await checkTotals(books))];
};

/** Jobs that collect a wall as a whole. */
export const crawlsOf = ({ sent }: Pick<Books, 'sent'>, jobs: readonly JobRow[], ownerId: number): readonly JobRow[] => {
  const keys = new Set(sent.filter(({ order }) => order.wall === ownerId && isCrawl(order.body)).map(({ order }) => order.key));
  return jobs.filter(({ type, key }) => type === 'parse' && keys.has(key ?? ''));
};

const isCrawl = (body: Readonly<Record<string, unknown>>): boolean => {
  const target = body['target'];
  return typeof target === 'object' && target !== null && 'wall' in target;
};

type Compared = { readonly truth: Truth; readonly stored: readonly Stored[]; readonly whole: JobRow | undefined };

const compare = ({ truth, stored, whole }: Compared): readonly Finding[] => {
  const wall = truth.screenName;
  const expected = new Map(truth.comments.map((comment) => [`${comment.postId}/${comment.id}`, comment]));
  const found = new Map(stored.map((comment) => [`${comment.post}/${comment.id}`, comment]));
  const missing = [...expected.keys()].filter((place) => !found.has(place)).length;
  const extra = [...found.keys()].filter((place) => !expected.has(place)).length;
  const doubled = stored.length - found.size;
  const changed = [...found].filter(([place, { text, parent }]) => {
    const truly = expected.get(place);
    return truly !== undefined && (truly.text !== (text ?? '') || String(truly.parentId) !== String(parent));
  }).length;
  const of = whole === undefined ? {} : { jobId: whole.id };
  return [
    ...(whole !== undefined && missing > 0 ? [{ line: 'lost' as const, ...of, what: `${missing} comments of ${wall} are missing` }] : []),
    ...(changed > 0 ? [{ line: 'lost' as const, ...of, what: `${changed} comments of ${wall} are not as VK has them` }] : []),
    ...(extra + doubled > 0 ? [{ line: 'duplicated' as const, ...of, what: `${extra + doubled} comments of ${wall} are too many` }] : []),
  ];
};

const checkCount = ({ id, state, outcome, result }: JobRow, { comments, screenName }: Truth): readonly Finding[] => {
  const told = Number(result?.['comments']);
  if (state !== 'succeeded' || outcome !== 'complete' || told === comments.length) return [];
  const line = told < comments.length ? 'lost' : 'duplicated';
  return [{ line, jobId: id, what: `says that ${screenName} has ${told} comments, and it has ${comments.length}` }];
};

const TOTALS = `SELECT (SELECT count(*) FROM comment)::int AS stored, (SELECT coalesce(sum(comments), 0) FROM collected_total)::int AS counted`;

const checkTotals = async ({ query }: Pick<Books, 'query'>): Promise<readonly Finding[]> => {
  const [totals] = await query<{ readonly stored: number; readonly counted: number }>(TOTALS);
  if (totals === undefined || totals.stored === totals.counted) return [];
  const line = totals.counted < totals.stored ? 'lost' : 'duplicated';
  return [{ line, what: `${totals.stored} comments are stored and the totals say ${totals.counted}` }];
};
