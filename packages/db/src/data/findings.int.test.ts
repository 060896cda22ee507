import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnalysisRow, KeywordRow, LeaseRef, StartedJob } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { type DataUnderTest, aComment, anAuthor, leaseOf, openDataUnderTest, someProgress } from '@otklik/testing';

let data: DataUnderTest;
let workspaceId: string;
let job: StartedJob;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());
beforeEach(async () => {
  workspaceId = await data.workspace();
  job = await data.startJob(workspaceId);
});

const none = { mentions: [], links: [], hashtags: [], emoji: [] };
const found = (given: Partial<AnalysisRow> = {}): AnalysisRow => ({
  ownerId: '-1',
  postId: '1',
  commentId: '1',
  language: 'ru',
  entities: none,
  stems: ['доставк'],
  keywordIds: [],
  ...given,
});
const keep = (rows: readonly AnalysisRow[], lease: LeaseRef = leaseOf(job)) =>
  data.db.analysis.storeAnalysis({ lease, workspaceId, rows, checkpoint: { after: 'here' }, progress: someProgress });
const addKeyword = (phrase: string): Promise<KeywordRow> => data.db.keywords.add({ workspaceId, id: newId(), phrase, normalized: phrase });
const totals = () => data.db.analysis.analysisTotals({ workspaceId, scope: { walls: ['-1'] } });
const view = async () => (await data.db.comments.listComments({ workspaceId, filter: {}, after: null, limit: 10 }))[0];

describe('storeAnalysis', () => {
  test('when a comment is analyzed again, then the findings replace those of before', async () => {
    const [late, rude] = [await addKeyword('late'), await addKeyword('rude')];
    await data.store(workspaceId, { comments: [aComment()], authors: [anAuthor()] });
    await keep([found({ keywordIds: [late.id], language: 'und' })]);
    expect(await view()).toMatchObject({ language: 'und', keywords: ['late'], authorName: 'Ада Лавлейс' });
    expect(await keep([found({ keywordIds: [rude.id] })])).toEqual({ state: 'running' });
    expect(await view()).toMatchObject({ language: 'ru', keywords: ['rude'] });
    expect((await data.db.jobs.get(workspaceId, job.id))?.checkpoint).toEqual({ after: 'here' });
  });

  test('when nothing has changed, then no new row versions are written', async () => {
    const { id } = await addKeyword('late');
    await data.store(workspaceId, { comments: [aComment()] });
    const versions = () =>
      data.look(
        `SELECT xmin::text, ctid::text FROM comment_analysis WHERE workspace_id = $1 UNION ALL SELECT xmin::text, ctid::text FROM keyword_match WHERE workspace_id = $1`,
        [workspaceId],
      );
    const rows = [
      found({ keywordIds: [id], entities: { ...none, links: ['https://a.ru'] } }),
      found({ commentId: '2', stems: [], language: null }),
    ];
    await keep(rows);
    const before = await versions();
    await keep(rows);
    expect(before).toHaveLength(3);
    expect(await versions()).toEqual(before);
  });

  test('when the lease is old, then nothing is written', async () => {
    const { id } = await addKeyword('late');
    await data.store(workspaceId, { comments: [aComment()] });
    await data.takeOver(job);
    expect(await keep([found({ keywordIds: [id] })], leaseOf(job))).toEqual({ state: 'fenced' });
    expect(await view()).toMatchObject({ language: null, keywords: [] });
    expect((await data.db.jobs.get(workspaceId, job.id))?.checkpoint).toBeNull();
  });

  test('when a keyword was removed meanwhile, or is of another workspace, then only its hits are left out', async () => {
    const [gone, kept] = [await addKeyword('gone'), await addKeyword('kept')];
    const foreign = await data.db.keywords.add({
      workspaceId: await data.workspace(),
      id: newId(),
      phrase: 'foreign',
      normalized: 'foreign',
    });
    await data.store(workspaceId, { comments: [aComment()] });
    await data.db.keywords.remove(workspaceId, gone.id);
    expect(await keep([found({ keywordIds: [gone.id, kept.id, foreign.id] })])).toEqual({ state: 'running' });
    expect((await view())?.keywords).toEqual(['kept']);
  });
});

describe('analysisTotals', () => {
  test('when rows of a scope are stored, then they are counted from the tables', async () => {
    const { id } = await addKeyword('late');
    await addKeyword('never');
    await data.store(workspaceId, {
      comments: [
        aComment(),
        aComment({ commentId: '2', text: null }),
        aComment({ commentId: '3', text: ' ' }),
        aComment({ ownerId: '-2' }),
      ],
    });
    await keep([
      found({ keywordIds: [id], stems: ['a', 'b'], entities: { ...none, mentions: ['id1', 'id2'], emoji: ['👍'] } }),
      found({ commentId: '2', language: null, stems: [] }),
      found({ commentId: '3', language: null, stems: ['b'] }),
      found({ ownerId: '-2', keywordIds: [id] }),
    ]);
    expect(await totals()).toEqual({
      comments: 3,
      withoutText: 2,
      languages: { ru: 1 },
      entities: { mentions: 2, links: 0, hashtags: 0, emoji: 1 },
      topStems: [
        { stem: 'b', comments: 2 },
        { stem: 'a', comments: 1 },
      ],
      keywords: [
        { keyword: 'late', comments: 1 },
        { keyword: 'never', comments: 0 },
      ],
    });
  });

  test('when nothing is analyzed, then all counts are zero', async () => {
    await data.store(workspaceId, { comments: [aComment()] });
    expect(await totals()).toMatchObject({ comments: 0, languages: {}, topStems: [], keywords: [] });
  });
});

describe('keywords', () => {
  test('when the normalized form is known, then the keyword that is there comes back', async () => {
    const first = await addKeyword('late');
    const again = await data.db.keywords.add({ workspaceId, id: newId(), phrase: 'LATE', normalized: 'late' });
    expect(again).toEqual(first);
    expect(await data.db.keywords.list(workspaceId)).toEqual([first]);
    expect(await data.db.keywords.list(await data.workspace())).toEqual([]);
  });

  test('when a keyword is removed, then its hits go with it, and another workspace can not do that', async () => {
    const { id } = await addKeyword('late');
    await data.store(workspaceId, { comments: [aComment()] });
    await keep([found({ keywordIds: [id] })]);
    expect(await data.db.keywords.remove(await data.workspace(), id)).toBe(false);
    expect((await view())?.keywords).toEqual(['late']);
    expect(await data.db.keywords.remove(workspaceId, id)).toBe(true);
    expect((await view())?.keywords).toEqual([]);
    expect(await data.db.keywords.remove(workspaceId, id)).toBe(false);
  });
});

describe('exports', () => {
  const file = (fileKey: string) => ({
    id: newId(),
    format: 'csv' as const,
    rows: 2,
    bytes: 5_000_000_000,
    sha256: 'ab',
    fileKey,
    fileName: 'a.csv',
  });

  test('when an attempt repeats the work, then its file replaces the one before, whose key comes back', async () => {
    const [first, second] = [file('one'), file('two')];
    expect(await data.db.exports.insert({ lease: leaseOf(job), workspaceId, file: first })).toEqual({
      state: 'running',
      replacedKey: null,
    });
    expect(await data.db.exports.insert({ lease: leaseOf(job), workspaceId, file: second })).toEqual({
      state: 'running',
      replacedKey: 'one',
    });
    expect(await data.db.exports.insert({ lease: leaseOf(job), workspaceId, file: second })).toEqual({
      state: 'running',
      replacedKey: null,
    });
    expect(await data.db.exports.get(workspaceId, first.id)).toBeNull();
    expect(await data.db.exports.get(workspaceId, second.id)).toEqual({ ...second, jobId: job.id, createdAt: expect.any(Date) });
    expect(await data.db.exports.get(await data.workspace(), second.id)).toBeNull();
  });

  test('when the lease is old, then no file is recorded', async () => {
    const one = file('one');
    await data.takeOver(job);
    expect(await data.db.exports.insert({ lease: leaseOf(job), workspaceId, file: one })).toEqual({
      state: 'fenced',
      replacedKey: null,
    });
    expect(await data.db.exports.get(workspaceId, one.id)).toBeNull();
  });

  test('when files are listed, then the newest comes first and pages follow each other', async () => {
    const files = [file('one'), file('two'), file('three')];
    for (const one of files) await data.db.exports.insert({ lease: leaseOf(await data.startJob(workspaceId)), workspaceId, file: one });
    const first = await data.db.exports.list({ workspaceId, after: null, limit: 2 });
    const rest = await data.db.exports.list({ workspaceId, after: first.at(-1)?.id ?? null, limit: 2 });
    expect([...first, ...rest].map(({ fileKey }) => fileKey)).toEqual(['three', 'two', 'one']);
  });
});
