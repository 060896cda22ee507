import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StartedJob } from '@otklik/contracts';
import { type DataUnderTest, leaseOf, openDataUnderTest } from '@otklik/testing';

describe('a job whose worker may have died of it', () => {
  let data: DataUnderTest;
  let workspace: string;
  beforeAll(async () => {
    data = await openDataUnderTest();
    workspace = await data.workspace();
  });
  afterAll(() => data.close());

  /** Its worker went silent after so long. */
  const lose = async ({ id }: StartedJob, seconds: number): Promise<void> => {
    await data.look(`UPDATE job SET heartbeat_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await data.db.mover.reclaimLost({ staleAfterMs: 60_000, limit: 10 });
    await data.look(
      `UPDATE job_attempt SET started_at = finished_at - $2 * interval '1 second' WHERE job_id = $1 AND number = (SELECT starts FROM job WHERE id = $1)`,
      [id, seconds],
    );
  };
  /** Another attempt, which gives its turn back after so long. */
  const workFor = async ({ id, generation }: StartedJob, seconds: number): Promise<StartedJob> => {
    const started = await data.db.jobs.start({ jobId: id, generation, worker: 'next', staleAfterMs: 60_000 });
    if (started.kind !== 'started') throw new Error(started.kind);
    await data.db.jobs.yieldTurn(leaseOf(started.job));
    await data.look(`UPDATE job_attempt SET started_at = finished_at - $2 * interval '1 second' WHERE job_id = $1 AND number = $3`, [
      id,
      seconds,
      started.job.starts,
    ]);
    return { ...started.job, generation: generation + 1 };
  };

  test('when its worker vanished, then it is a suspect until it has worked in order for ten minutes, and for longer than it had when that happened', async () => {
    const job = await data.startJob(workspace);
    await lose(job, 900);
    expect(await data.db.jobs.isSuspect(job.id)).toBe(true);
    const again = await workFor({ ...job, generation: 2 }, 800);
    expect(await data.db.jobs.isSuspect(job.id)).toBe(true);
    await workFor(again, 101);
    expect(await data.db.jobs.isSuspect(job.id)).toBe(false);

    const short = await data.startJob(workspace);
    await lose(short, 1);
    const later = await workFor({ ...short, generation: 2 }, 599);
    expect(await data.db.jobs.isSuspect(short.id)).toBe(true);
    await workFor(later, 2);
    expect(await data.db.jobs.isSuspect(short.id)).toBe(false);
  });

  test('when it only yielded or waited, then it is none; when it runs and comes again, then it is', async () => {
    const calm = await data.startJob(workspace);
    await data.db.jobs.yieldTurn(leaseOf(calm));
    expect(await data.db.jobs.isSuspect(calm.id)).toBe(false);
    expect(await data.db.jobs.isSuspect((await data.startJob(workspace)).id)).toBe(true);
  });

  test('when it stands back, then it is due again after the delay under a new delivery, and an old one changes nothing', async () => {
    const job = await data.startJob(workspace);
    await lose(job, 1);
    await data.db.jobs.standBack({ jobId: job.id, generation: 1, delayMs: 60_000 });
    expect(await data.db.jobs.get(workspace, job.id)).toMatchObject({ state: 'queued', generation: 2 });
    await data.db.jobs.standBack({ jobId: job.id, generation: 2, delayMs: 60_000 });
    const until = expect.stringMatching(/^[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z$/);
    expect(await data.db.jobs.get(workspace, job.id)).toMatchObject({ generation: 3, waitingFor: { kind: 'turn', until } });
    const [row] = await data.look(`SELECT run_at > now() + interval '50 seconds' AS later, dispatched_at FROM job WHERE id = $1`, [job.id]);
    expect(row).toEqual({ later: true, dispatched_at: null });
  });
});
