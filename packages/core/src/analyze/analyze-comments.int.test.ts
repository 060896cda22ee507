import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StartedJob } from '@otklik/contracts';
import { JobCancelled, TurnOver, newId, silentLogger } from '@otklik/shared';
import { type DataUnderTest, aComment, aStub, leaseOf, openDataUnderTest } from '@otklik/testing';
import { makeAddKeyword } from '../keywords/manage-keywords.ts';
import { analyzePayload, contextOf } from '../testing/attempt-under-test.ts';
import { makeAnalyzeInTurns } from './analyze-batch.ts';
import { makeAnalyzeComments } from './analyze-comments.ts';

let data: DataUnderTest;
let workspaceId: string;
let analyze: ReturnType<typeof makeAnalyzeComments>;
beforeAll(async () => {
  data = await openDataUnderTest();
  analyze = makeAnalyzeComments({ ...data.db, makeAnalyzeBatch: makeAnalyzeInTurns, logger: silentLogger });
});
afterAll(() => data.close());
beforeEach(async () => {
  workspaceId = await data.workspace();
});

const payload = analyzePayload({ scope: { walls: ['-1'] } });
const start = (pipelineId?: string): Promise<StartedJob> =>
  data.startJob(workspaceId, { type: 'analyze', ...(pipelineId !== undefined && { pipelineId }) });
const again = async (job: StartedJob): Promise<StartedJob> => {
  await data.db.jobs.yieldTurn(leaseOf(job));
  const now = await data.db.jobs.get(workspaceId, job.id);
  const started = await data.db.jobs.start({ jobId: job.id, generation: now?.generation ?? 0, worker: 'test', staleAfterMs: 60_000 });
  if (started.kind !== 'started') throw new Error(started.kind);
  return started.job;
};
const progressOf = async ({ id }: StartedJob) => (await data.db.jobs.get(workspaceId, id))?.progress;
const addKeyword = (phrase: string) => makeAddKeyword({ keywords: data.db.keywords, newId })({ workspaceId, phrase });

describe('makeAnalyzeComments', () => {
  test('when comments are analyzed, then the findings are stored and the result counts them', async () => {
    await addKeyword('доставка');
    await data.store(workspaceId, {
      comments: [
        aComment({ text: '[id5|Доставка], была быстрая доставка 👍 #супер https://a.ru' }),
        aComment({ commentId: '2', text: 'Доставку жду' }),
        aStub({ commentId: '3' }),
        aComment({ ownerId: '-2', text: 'Доставка' }),
      ],
    });
    expect(await analyze(contextOf(await start(), payload))).toEqual({
      outcome: 'complete',
      result: {
        comments: 3,
        withoutText: 1,
        languages: { ru: 1, und: 1 },
        entities: { mentions: 1, links: 1, hashtags: 1, emoji: 1 },
        topStems: expect.arrayContaining([{ stem: 'доставк', comments: 2 }]),
        keywords: [{ keyword: 'доставка', comments: 2 }],
      },
    });
    const rows = await data.db.comments.listComments({ workspaceId, filter: { wall: '-1' }, after: null, limit: 10 });
    expect(rows.map(({ language, keywords }) => ({ language, keywords }))).toEqual([
      { language: null, keywords: [] },
      { language: 'und', keywords: ['доставка'] },
      { language: 'ru', keywords: ['доставка'] },
    ]);
  });

  test('when its turn ends after each batch, then it goes on behind it and reports the same as in one go', async () => {
    const comments = Array.from({ length: 1_200 }, (_, index) => aComment({ commentId: String(index + 1), text: `слово${index} это` }));
    await data.store(workspaceId, { comments });
    const whole = await analyze(contextOf(await start(), payload));
    await data.look(`DELETE FROM comment_analysis WHERE workspace_id = $1`, [workspaceId]);

    const endTurn = (): never => {
      throw new TurnOver('The time slice is over.');
    };
    let job = await start();
    const seen: number[] = [];
    for (let turns = 0; turns < 3; turns += 1) {
      // Told beside the stored progress it would come late and overwrite what is newer.
      const progress = (): never => {
        throw new Error('progress is stored with the rows');
      };
      await expect(analyze(contextOf(job, payload, { checkpointReached: endTurn, progress }))).rejects.toThrow(TurnOver);
      job = await again(job);
      seen.push((await progressOf(job))?.done ?? -1);
    }
    expect(seen).toEqual([500, 1_000, 1_200]);
    expect(await analyze(contextOf(job, payload))).toEqual(whole);
    expect(await progressOf(job)).toMatchObject({ done: 1_200, total: 1_200 });
  });

  test('when a newer attempt holds the job, then the old one stores nothing and ends', async () => {
    await data.store(workspaceId, { comments: [aComment()] });
    const old = await start();
    await again(old);
    await expect(analyze(contextOf(old, payload))).rejects.toMatchObject({ code: 'FENCED' });
    expect(await data.look(`SELECT 1 FROM comment_analysis WHERE workspace_id = $1`, [workspaceId])).toEqual([]);
  });

  test('when the signal aborts, then its reason ends the attempt', async () => {
    await data.store(workspaceId, { comments: [aComment()] });
    const reason = new JobCancelled('The job was cancelled.');
    await expect(analyze(contextOf(await start(), payload, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
  });

  test('when a single analysis is asked, then the result tells it alone and no earlier finding is lost', async () => {
    await data.store(workspaceId, { comments: [aComment({ text: 'Это #тег' })] });
    await analyze(contextOf(await start(), payload));
    const { result } = await analyze(contextOf(await start(), analyzePayload({ scope: { walls: ['-1'] }, analyses: ['keywords'] })));
    expect(result).toMatchObject({ comments: 1, languages: {}, entities: { hashtags: 0 }, topStems: [] });
    expect((await data.db.comments.listComments({ workspaceId, filter: {}, after: null, limit: 1 }))[0]?.language).toBe('ru');
  });
});

describe('the scope of a follow-up', () => {
  const parsed = async (pipelineId: string, ownerId: string, postId: string | null): Promise<void> => {
    const job = await data.startJob(workspaceId, { type: 'parse', pipelineId });
    const counts = { posts: 0, comments: 0, newComments: 0, claimed: 0, missing: 0, requests: 0, failedPosts: [] };
    await data.db.jobs.succeed(leaseOf(job), { result: { ownerId, postId, ...counts }, outcome: 'complete' });
  };
  const analyzedOf = async (pipelineId: string): Promise<number> =>
    (await analyze(contextOf(await start(pipelineId), analyzePayload()))).result.comments;

  beforeEach(async () => {
    await data.store(workspaceId, {
      comments: [aComment(), aComment({ postId: '2' }), aComment({ ownerId: '-2' }), aComment({ ownerId: '3' })],
    });
  });

  test('when walls or posts were collected, then it is those', async () => {
    const [walls, posts] = [newId(), newId()];
    await parsed(walls, '-1', null);
    await parsed(walls, '-1', '2');
    await parsed(walls, '3', null);
    await parsed(posts, '-1', '2');
    expect(await analyzedOf(walls)).toBe(3);
    expect(await analyzedOf(posts)).toBe(1);
  });

  test('when nothing was collected, or what one scope can not name, then the job is told so', async () => {
    const mixed = newId();
    await parsed(mixed, '-1', null);
    await parsed(mixed, '3', '1');
    await expect(analyzedOf(mixed)).rejects.toMatchObject({ code: 'VALIDATION', retryable: false });
    await expect(analyzedOf(newId())).rejects.toMatchObject({ code: 'VALIDATION', faults: [{ pointer: '/scope' }] });
  });
});
