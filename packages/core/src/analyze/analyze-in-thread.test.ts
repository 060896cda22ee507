import { describe, expect, test } from '@jest/globals';
import type { AnalysisRow, CommentText } from '@otklik/contracts';
import { JobCancelled } from '@otklik/shared';
import type { RunInThread } from '../threads/thread-program.ts';
import { type AnalysisInput, analyze } from './analysis-thread.ts';
import { makeAnalyzeInTurns } from './analyze-batch.ts';
import { makeAnalyzeInThread } from './analyze-in-thread.ts';

const commentsOf = (texts: readonly (string | null)[]): readonly CommentText[] =>
  texts.map((text, index) => ({ ownerId: '-1', postId: '1', commentId: String(index + 1), text }));
const keywords = [
  { id: 'k1', normalized: 'доставк' },
  { id: 'k2', normalized: 'доставк ед' },
];
const { signal } = new AbortController();

/** A thread takes a copy of what it gets, and so does this; counts how many comments it was given. */
const aThread = (stopped = 0) => {
  const given: number[] = [];
  const run: RunInThread<AnalysisInput, readonly AnalysisRow[]> = async (input) => {
    given.push(input.comments.length);
    const answer = analyze(structuredClone({ input, stop: new Int32Array(new SharedArrayBuffer(4)).fill(stopped) }));
    if ('failed' in answer) throw new Error(answer.failed.error);
    return structuredClone(answer.output);
  };
  return { run, given };
};

describe('an analysis that has a thread', () => {
  const long = 'Доставку еды ждали долго, но привезли https://a.ru 👍 #супер. '.repeat(2_000);
  const batch = commentsOf(['Жду доставку', null, long, long, long, long, 'It is the end']);

  test('when a page is long, then it goes there in parts, and the findings are those of an analysis without one', async () => {
    const { run, given } = aThread();
    const rows = await makeAnalyzeInThread(run)(keywords)(batch, signal);
    expect(rows).toEqual(await makeAnalyzeInTurns(keywords)(batch, signal));
    expect(rows.map(({ keywordIds }) => keywordIds.length)).toEqual([1, 0, 2, 2, 2, 2, 0]);
    expect(given).toEqual([4, 3]);
  });

  test('when a page is not worth the way, then it is analyzed on the spot', async () => {
    const { run, given } = aThread();
    const few = batch.slice(0, 2);
    expect(await makeAnalyzeInThread(run)(keywords)(few, signal)).toEqual(await makeAnalyzeInTurns(keywords)(few, signal));
    expect(given).toEqual([]);
  });

  test('when nobody waits for the answer any more, then no further comment is looked at', async () => {
    const { run } = aThread(1);
    expect(await makeAnalyzeInThread(run)(keywords)(batch, signal)).toEqual([]);
  });

  test('when several workspaces take turns in one thread, then each finds its own keywords', async () => {
    const { run } = aThread();
    const found = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const [row] = await makeAnalyzeInThread(run)([{ id: `k${index % 12}`, normalized: 'доставк' }])(commentsOf([long]), signal);
        return row?.keywordIds;
      }),
    );
    expect(found).toEqual(Array.from({ length: 20 }, (_, index) => [`k${index % 12}`]));
  });
});

describe('an analysis without a thread', () => {
  test('when its signal aborts in the middle, then it ends with its reason', async () => {
    const attempt = new AbortController();
    const reason = new JobCancelled('The job was cancelled.');
    const batch = commentsOf(Array.from({ length: 2_000 }, () => 'слово '.repeat(1_000)));
    const analyzed = makeAnalyzeInTurns(keywords)(batch, attempt.signal);
    setImmediate(() => attempt.abort(reason));
    await expect(analyzed).rejects.toBe(reason);
  });
});
