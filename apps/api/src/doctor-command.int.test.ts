import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError } from '@otklik/shared';
import { runProcess } from '@otklik/testing';
import { type VkTokenProbe, makeProbeVkToken } from '@otklik/vk';
import { DEMO_WALL, type VkSimulator, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import { DEFAULT_PROBE } from './config.ts';
import { makeDoctorCommand } from './doctor-command.ts';

const TOKEN = 'vk1.a.canary-of-the-doctor';
const clock = { now: () => 0, sleep: async (): Promise<void> => undefined, after: () => () => undefined };

describe('npm run doctor', () => {
  let vk: VkSimulator;
  beforeAll(async () => {
    vk = await startVkSimulator({ port: 0, seed: 1, token: TOKEN, requestsPerSecond: 1_000 });
  });
  afterAll(() => vk.close());

  const run = async (
    args: readonly string[],
    given: { readonly env?: { readonly token?: string }; readonly stdin?: string; readonly columns?: number } = {},
  ) => {
    const lines: string[] = [];
    const command = makeDoctorCommand({
      env: { url: vk.url, wall: DEMO_WALL.screenName, ...given.env },
      readStdin: async () => given.stdin ?? '',
      makeProbe: (options) => makeProbeVkToken({ ...options, clock }),
      print: (line) => void lines.push(line),
      columns: given.columns,
      signal: new AbortController().signal,
    });
    return { code: await command(args), lines };
  };

  test('when a token can collect, then a table says what it may call, and the code is 0, wherever the token came from', async () => {
    const { code, lines } = await run(['--token', TOKEN]);
    expect([code, lines[0]]).toEqual([0, 'READY  It can collect, in batches.']);
    for (const method of ['wall.get', 'wall.getComments', 'users.get', 'execute'])
      expect(lines.find((line) => line.startsWith(`${method} `))).toMatch(/ yes +(needed|useful) /);
    expect(lines.find((line) => line.startsWith('rate '))).toContain('3 a second: VK took 3 requests');
    expect((await run([], { env: { token: TOKEN } })).code).toBe(0);
    expect((await run(['--token', '-'], { stdin: `${TOKEN}\n` })).code).toBe(0);
    expect(lines.join('\n')).not.toContain(TOKEN);
  });

  test('when a newcomer tries it on a simulator as it comes, then every row is well but the one that no service key may call', async () => {
    const simulator = await startVkSimulator({ port: 0, seed: 1 });
    try {
      const { code, lines } = await run(['--token', simulator.token, '--url', simulator.url, '--wall', DEFAULT_PROBE.wall]);
      const rows = lines.filter((line) => / (needed|useful) /.test(line));
      expect([code, rows]).toEqual([
        0,
        Array.from({ length: 8 }, () => expect.stringMatching(/ (yes +(needed|useful) .* answers$|NO +useful )/)),
      ]);
      expect(rows.filter((row) => row.includes(' NO '))).toEqual([expect.stringMatching(/^wall\.getComment /)]);
      expect(simulator.token.length).toBeGreaterThanOrEqual(16);
    } finally {
      await simulator.close();
    }
  });

  test.each([80, 120])('when the terminal has %i columns, then no line is longer, and nothing is lost', async (columns) => {
    const { lines } = await run(['--token', TOKEN], { columns });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    const words = (text: readonly string[]) => text.join(' ').split(/\s+/).toSorted();
    expect(words(lines)).toEqual(words((await run(['--token', TOKEN])).lines));
    expect(lines.find((line) => line.startsWith('wall.getComment '))).toMatch(/ NO +useful /);
  });

  test('when programs ask, then the finding comes as JSON', async () => {
    const { code, lines } = await run(['--token', TOKEN, '--json', '--rate', '2']);
    const finding: VkTokenProbe = JSON.parse(lines.join(''));
    expect([code, finding.verdict, finding.rate.configured, finding.requests]).toEqual([0, 'ready', 2, 10]);
  });

  test('when a token is of no use, then the code says so, and the table why', async () => {
    await createSimulatorClient(vk.url).control({ do: 'addToken', token: 'vk1.a.community', requestsPerSecond: 100, kind: 'community' });
    const community = await run(['--token', 'vk1.a.community']);
    expect([community.code, community.lines[0]]).toEqual([1, expect.stringMatching(/^INVALID {2}It may not call wall\.get\./)]);
    expect((await run(['--token', 'vk1.a.unknown'])).code).toBe(1);
    expect((await run(['--token', TOKEN, '--url', 'http://127.0.0.1:1'])).code).toBe(2);
  });

  test.each([
    [[]],
    [['--token', TOKEN, '--rate', 'fast']],
    [['--token', TOKEN, '--url', 'vk']],
    [['--tokn', TOKEN]],
    [['--token', TOKEN, 'more']],
    [['--token', `${TOKEN}\n${TOKEN}`]],
  ])('when it is called with %j, then it says how to call it, and does not repeat the token', async (args: readonly string[]) => {
    const failed = run(args);
    await expect(failed).rejects.toThrow(ConfigError);
    await expect(failed).rejects.toThrow('npm run doctor --');
    await expect(failed).rejects.not.toThrow(TOKEN);
  });

  test('when it runs as a program, then its exit code is the verdict', async () => {
    const env = { VK_TOKEN: 'vk1.a.unknown', VK_API_URL: vk.url };
    const program = runProcess({ module: 'apps/api/src/doctor-main.ts', args: ['--json'], env });
    expect([(await program.exited).code, JSON.parse(program.lines.join('')).verdict]).toEqual([1, 'invalid']);
  });
});
