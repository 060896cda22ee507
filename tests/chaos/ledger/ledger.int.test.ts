import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { toPublicId } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { type DataUnderTest, aNewJob, leaseOf, openDataUnderTest } from '@otklik/testing';
import { type SoundBooks, anOrder, makeSoundBooks, startJob, writeExport } from '../testing/sound-books.ts';
import { checks } from './checks.ts';
import { describeFinding } from './describe-finding.ts';
import { type Books, type Finding, addUp } from './ledger.ts';

let data: DataUnderTest;
let sound: SoundBooks;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());
beforeEach(async () => {
  sound = await makeSoundBooks(data);
});
afterEach(() => sound.removeFiles());

const sql = (text: string, values: readonly unknown[] = []): Promise<unknown> => data.look(text, values);
/** Past the trigger that guards the moves. */
const unguarded = (text: string, values: readonly unknown[] = []): Promise<unknown> =>
  sql(`ALTER TABLE job DISABLE TRIGGER USER`)
    .then(() => sql(text, values))
    .then(() => sql(`ALTER TABLE job ENABLE TRIGGER USER`));

/** What became of the books: changed in place, or with other facts. */
type Planted = Partial<Books> | void;
type Plant = { readonly wrong: string; plant(): Promise<Planted> | Planted; readonly line: Finding['line']; readonly says: RegExp };

const another = async (key: string | null): Promise<string> => {
  const id = newId();
  const idempotency = key === null ? null : { key, fingerprint: '0'.repeat(64) };
  await data.db.jobs.submit({ workspaceId: sound.workspaceId, jobs: [aNewJob({ id, maxStarts: 8 })], idempotency });
  return id;
};
const alsoSent = (id: string): Partial<Books> => ({
  sent: [...sound.books.sent, { order: anOrder({ key: 'k2', rows: 1 }), acceptedAs: [toPublicId('job', id)], wasCancelAsked: false }],
});
const failure = { code: 'DB_TIMEOUT', message: 'gone', retryable: true };

const plants: readonly Plant[] = [
  {
    wrong: 'an accepted job is gone',
    plant: async () => void (await sql(`DELETE FROM job WHERE id = $1`, [sound.jobs.parse])),
    line: 'lost',
    says: /was accepted for k and is not there/,
  },
  {
    wrong: 'a follow-up is gone',
    plant: async () => void (await sql(`DELETE FROM job WHERE id = $1`, [sound.jobs.export])),
    line: 'lost',
    says: /made 2 rows instead of 3/,
  },
  {
    wrong: 'there is a job that nobody submitted',
    plant: async () => void (await another(null)),
    line: 'duplicated',
    says: /nobody submitted/,
  },
  {
    wrong: 'one key was answered with two jobs',
    plant: () => ({
      sent: sound.books.sent.map((one) => ({ ...one, acceptedAs: [...one.acceptedAs, toPublicId('job', newId())] })),
    }),
    line: 'duplicated',
    says: /answered with 2 jobs/,
  },
  { wrong: 'a job still waits', plant: async () => alsoSent(await another('k2')), line: 'stuck', says: /is queued in the end/ },
  {
    wrong: 'a job runs and nobody ends it',
    plant: async () => {
      const id = await another('k2');
      await startJob(data, id);
      return alsoSent(id);
    },
    line: 'stuck',
    says: /is running in the end/,
  },
  {
    wrong: 'a job was cancelled and nobody asked for it',
    plant: async () => {
      const id = await another('k2');
      await data.db.jobs.requestCancel(sound.workspaceId, id);
      return alsoSent(id);
    },
    line: 'lost',
    says: /ended as cancelled/,
  },
  {
    wrong: 'a job failed by a fault of ours',
    plant: async () => {
      const id = await another('k2');
      await data.db.jobs.fail(leaseOf(await startJob(data, id)), failure);
      return alsoSent(id);
    },
    line: 'lost',
    says: /ended as failed DB_TIMEOUT/,
  },
  {
    wrong: 'an attempt was spent by a fault of ours',
    plant: async () => {
      const id = await another('k2');
      await data.db.jobs.retry(leaseOf(await startJob(data, id)), { error: failure, delayMs: 0 });
      return alsoSent(id);
    },
    line: 'lost',
    says: /attempt 1 was spent by DB_TIMEOUT/,
  },
  {
    wrong: 'an attempt is missing',
    plant: async () => void (await sql(`DELETE FROM job_attempt WHERE job_id = $1`, [sound.jobs.parse])),
    line: 'lost',
    says: /1 starts and 0 attempts/,
  },
  {
    wrong: 'a job succeeded twice',
    plant: async () =>
      void (await sql(
        `INSERT INTO job_attempt (job_id, number, workspace_id, worker, "end", finished_at) VALUES ($1, 2, $2, 'w', 'succeeded', now())`,
        [sound.jobs.parse, sound.workspaceId],
      )),
    line: 'duplicated',
    says: /succeeded 2 times/,
  },
  {
    wrong: 'an attempt has not ended',
    plant: async () =>
      void (await sql(`UPDATE job_attempt SET "end" = 'running', finished_at = NULL WHERE job_id = $1`, [sound.jobs.parse])),
    line: 'stuck',
    says: /1 attempts that have not ended/,
  },
  {
    wrong: 'an event is missing',
    plant: async () => void (await sql(`DELETE FROM job_event WHERE job_id = $1 AND kind = 'started'`, [sound.jobs.parse])),
    line: 'lost',
    says: /its events: succeeded happened to a job that was queued/,
  },
  {
    wrong: 'a comment is missing',
    plant: async () => void (await sql(`DELETE FROM comment WHERE comment_id = 2`)),
    line: 'lost',
    says: /1 comments of a_wall are missing/,
  },
  {
    wrong: 'a comment is there that VK never had',
    plant: async () => void (await sql(`UPDATE comment SET comment_id = 9 WHERE comment_id = 3`)),
    line: 'duplicated',
    says: /1 comments of a_wall are too many/,
  },
  {
    wrong: 'a comment has other words',
    plant: async () => void (await sql(`UPDATE comment SET text = 'x' WHERE comment_id = 1`)),
    line: 'lost',
    says: /1 comments of a_wall are not as VK has them/,
  },
  {
    wrong: 'the totals count a comment twice',
    plant: async () => void (await sql(`UPDATE collected_total SET comments = comments + 1 WHERE comments > 0`)),
    line: 'duplicated',
    says: /the totals say/,
  },
  {
    wrong: 'a crawl tells of more than there is',
    plant: async () => void (await unguarded(`UPDATE job SET result = '{"comments": 4}' WHERE id = $1`, [sound.jobs.parse])),
    line: 'duplicated',
    says: /says that a_wall has 4 comments/,
  },
  {
    wrong: 'an analysis counted a comment twice',
    plant: async () => void (await unguarded(`UPDATE job SET result = '{"comments": 4}' WHERE id = $1`, [sound.jobs.analyze])),
    line: 'duplicated',
    says: /counted 4 comments of a_wall instead of 3/,
  },
  {
    wrong: 'a finding of an analysis is missing',
    plant: async () => void (await sql(`DELETE FROM comment_analysis WHERE comment_id = 1`)),
    line: 'lost',
    says: /2 of 3 comments of a_wall are analyzed/,
  },
  { wrong: 'a file is gone', plant: () => rmSync(sound.exportFile), line: 'lost', says: /its file is not there/ },
  { wrong: 'a file was cut', plant: () => writeFileSync(sound.exportFile, ''), line: 'lost', says: /not the one on record/ },
  {
    wrong: 'a file repeats a comment, and its record knows it',
    plant: async () => {
      const { bytes, sha256 } = writeExport(
        sound.exportFile,
        ['1', '2', '3', '3'].map((id) => [id, 'x']),
      );
      await sql(`UPDATE export_file SET rows = 4, bytes = $1, sha256 = $2`, [bytes, sha256]);
      await unguarded(`UPDATE job SET result = jsonb_build_object('sha256', $2::text) WHERE id = $1`, [sound.jobs.export, sha256]);
    },
    line: 'duplicated',
    says: /its file repeats 1 comments/,
  },
  { wrong: 'an earlier file is left', plant: () => writeFileSync(sound.earlierFile, ''), line: 'duplicated', says: /is nobody's/ },
  { wrong: 'there is an odd file', plant: () => writeFileSync(`${sound.exportFile}.x`, ''), line: 'duplicated', says: /is not called as/ },
  {
    wrong: 'half of a file is left, and nobody was killed',
    plant: () => void writeExport(join(sound.books.exportDir, '.tmp/half'), []),
    line: 'duplicated',
    says: /1 half-written files/,
  },
  {
    wrong: 'a worker that was asked to go failed',
    plant: () => ({ lives: [{ name: 'w1', state: 'leaving', status: { code: 1, signal: null }, lines: [] }] }),
    line: 'stuck',
    says: /ended with 1/,
  },
  {
    wrong: 'a process met an error that nobody caught',
    plant: () => ({
      lives: [{ name: 'w1', state: 'killed', status: { code: null, signal: 'SIGKILL' }, lines: ['TypeError: x', '    at f (a.ts:1:2)'] }],
    }),
    line: 'lost',
    says: /an error that nobody caught: TypeError: x/,
  },
  { wrong: 'a client got a 500', plant: () => ({ complaints: ['POST / was answered with 500'] }), line: 'lost', says: /answered with 500/ },
];

describe('the ledger', () => {
  test('when nothing is wrong, then it finds nothing', async () => {
    expect(await addUp(sound.books, checks)).toEqual([]);
  });

  test('when a request was never accepted as far as its client knows, then its whole pipeline may be there all the same', async () => {
    const sent = sound.books.sent.map((one) => ({ ...one, acceptedAs: [] }));
    expect(await addUp({ ...sound.books, sent }, checks)).toEqual([]);
  });

  test.each(plants)('when $wrong, then it says so', async ({ plant, line, says }) => {
    const planted = await plant();
    const findings = await addUp(planted ? { ...sound.books, ...planted } : sound.books, checks);
    expect(findings).toContainEqual(expect.objectContaining({ line, what: expect.stringMatching(says) }));
  });

  test('when a finding is told, then the attempts of its job are beside it', async () => {
    const told = await describeFinding(sound.books, { line: 'lost', what: 'is odd', jobId: sound.jobs.parse });
    expect(told).toContain(`lost: ${toPublicId('job', sound.jobs.parse)} is odd`);
    expect(told).toContain('"worker":"w1-1"');
    expect(told).toContain('"kind":"succeeded"');
  });
});
