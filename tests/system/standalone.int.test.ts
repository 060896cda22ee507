import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startEmbeddedPostgres } from '@otklik/embedded-postgres';
import {
  type ExitStatus,
  type RunningProcess,
  type TempDir,
  isDeepRun,
  makeTempDir,
  openSession,
  runProcess,
  waitFor,
} from '@otklik/testing';
import { DEMO_WALL, SPECIAL_WALLS, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import { z } from 'zod';

const Report = z.strictObject({
  parse: z.strictObject({ state: z.string(), posts: z.int(), comments: z.int(), claimed: z.int(), missing: z.int() }),
  analyze: z.strictObject({ state: z.string(), comments: z.int() }),
  export: z.strictObject({ state: z.string(), rows: z.int(), file: z.string(), sha256: z.string() }),
});

/** Two runs in the same place, and what lies there afterwards. */
describe('npm start -- --once', () => {
  let home: TempDir;
  let first: RunningProcess;
  let exits: readonly ExitStatus[];
  let reports: readonly z.output<typeof Report>[];

  const start = (args: readonly string[] = ['--once'], env: Readonly<Record<string, string>> = {}): RunningProcess =>
    runProcess({ module: 'apps/standalone/src/main.ts', args, env: { OTKLIK_DATA_DIR: join(home.path, 'otklik'), ...env } });
  const reportOf = ({ lines }: RunningProcess): z.output<typeof Report> => Report.parse(JSON.parse(lines.at(-1) ?? ''));

  beforeAll(async () => {
    home = makeTempDir();
    first = start();
    const firstExit = await first.exited;
    const second = start();
    exits = [firstExit, await second.exited];
    reports = [reportOf(first), reportOf(second)];
  }, 120_000);
  afterAll(() => home.remove());

  const truth = async () => {
    const simulator = await startVkSimulator({ port: 0, seed: 1 });
    const wall = await createSimulatorClient(simulator.url).truth(DEMO_WALL.ownerId);
    await simulator.close();
    return wall;
  };

  test('when it runs, then its last line reports three jobs that succeeded, with the numbers of the wall', async () => {
    const wall = await truth();
    const numbers = { posts: wall.posts.length, comments: wall.comments.length };
    expect(exits).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    for (const report of reports) {
      expect(report.parse).toMatchObject({ state: 'succeeded', ...numbers });
      expect(report.analyze).toEqual({ state: 'succeeded', comments: numbers.comments });
      expect(report.export).toMatchObject({ state: 'succeeded', rows: numbers.comments });
    }
  });

  test('when it says where the file is, then the file is there and is the one that it names', () => {
    for (const { export: exported } of reports)
      expect(createHash('sha256').update(readFileSync(exported.file)).digest('hex')).toBe(exported.sha256);
    expect(reports[1]?.export.sha256).toBe(reports[0]?.export.sha256);
  });

  test('when it ran twice, then every comment of the wall is stored once and the second run stored nothing new', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir: join(home.path, 'otklik', 'postgres') });
    const session = await openSession(postgres.url);
    const ids = await session.read<{ readonly id: string }>('SELECT comment_id::text AS id FROM comment ORDER BY comment_id');
    const news = await session.read<{ readonly n: number }>(
      `SELECT (result->>'newComments')::int AS n FROM job WHERE type = 'parse' ORDER BY id`,
    );
    await session.end();
    await postgres.stop();
    const expected = (await truth()).comments.map(({ id }) => String(id)).toSorted((a, b) => Number(a) - Number(b));
    expect(ids.map(({ id }) => id)).toEqual(expected);
    expect(news.map(({ n }) => n)).toEqual([expected.length, 0]);
  });

  test('when it serves, then it prints a line that works as it stands, and tells its metrics; a second one says who holds the data; Ctrl-C ends it in order', async () => {
    const serving = start([], { PORT: '0' });
    await serving.waitForLine(/Ctrl-C stops/, { timeoutMs: 60_000 });
    const second = start([], { PORT: '0' });
    expect((await second.exited).code).toBe(1);
    expect(second.lines.join('\n')).toMatch(new RegExp(`\\b${serving.pid}\\b`));

    const [, url, key] = /curl -s (\S+)\/v1\/jobs\/parse -H 'Authorization: Bearer (\S+)'/.exec(serving.lines.join('\n')) ?? [];
    const answer = await fetch(`${url}/v1/jobs/parse`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ target: { wall: DEMO_WALL.screenName } }),
    });
    expect(answer.status).toBe(202);
    const metrics = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).text();
    for (const name of ['otklik_http_requests_total', 'otklik_jobs_finished_total', 'otklik_queue_jobs']) expect(metrics).toContain(name);
    expect(await serving.kill('SIGINT')).toEqual({ code: 0, signal: null });
    await waitFor(async () =>
      fetch(`${url}/livez`).then(
        () => false,
        () => true,
      ),
    );
  }, 120_000);

  // The limit is what a person is asked to wait.
  if (isDeepRun())
    test('when an endless loop freezes it, then it says so and ends, and the next start goes on with the data', async () => {
      const loopOnSignal = `process.on('SIGUSR2',()=>{for(;;);})`;
      const frozen = start([], { PORT: '0', NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(loopOnSignal)}` });
      await frozen.waitForLine(/Ctrl-C stops/, { timeoutMs: 60_000 });
      frozen.signal('SIGUSR2');
      frozen.signal('SIGINT');
      expect(await frozen.exited).toEqual({ code: null, signal: 'SIGKILL' });
      expect(frozen.lines.join('\n')).toContain('Start it again: the data stays.');
      expect(await start().exited).toEqual({ code: 0, signal: null });
    }, 120_000);

  test('when a token is given, then VK itself is asked, for the wall that was named; without a name it says what is missing', async () => {
    const vk = await startVkSimulator({ port: 0, seed: 1, token: 'my-own-token' });
    const env = { VK_TOKEN: vk.token, VK_API_URL: vk.url, VK_REQUESTS_PER_SECOND: '50' };
    const named = start(['--once', '--wall', 'traps'], env);
    expect(await named.exited).toEqual({ code: 0, signal: null });
    const wall = await createSimulatorClient(vk.url).truth(SPECIAL_WALLS.traps.ownerId);
    expect(reportOf(named)).toMatchObject({
      parse: { state: 'succeeded', comments: wall.comments.length },
      export: { rows: wall.comments.length },
    });
    expect((await createSimulatorClient(vk.url).log()).length).toBeGreaterThan(10);
    expect(named.lines.join('\n')).not.toContain('my-own-token');

    const nameless = start(['--once'], env);
    expect((await nameless.exited).code).toBe(78);
    expect(nameless.lines.join('\n')).toContain('--wall');
    const wrong = start(['--once', '--wall', 'no such wall'], env);
    expect((await wrong.exited).code).toBe(1);
    expect(wrong.lines.join('\n')).toContain('/target/wall');
    await vk.close();
  }, 120_000);

  test('when the options make no sense, then it says which there are and ends with 78', async () => {
    const wrong = start(['--twice']);
    expect((await wrong.exited).code).toBe(78);
    expect(wrong.lines.join('\n')).toContain('--once');
  });
});
