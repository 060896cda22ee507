import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAddToken } from '@otklik/core';
import { ConfigError, KeyringText, type Keyring, generateRingKey, newId, silentLogger } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest, runProcess } from '@otklik/testing';
import { makeKeyringCommand } from './keyring-command.ts';

const [OLD, NEW] = [generateRingKey(new Date('2025-01-01')), generateRingKey(new Date('2026-01-01'))];
const idOf = (key: string): string => key.split(':')[0] ?? '';
const ringOf = (text: string): Keyring => KeyringText.parse(text);

describe('npm run keyring', () => {
  let data: DataUnderTest;
  beforeAll(async () => {
    data = await openDataUnderTest();
    const adding = makeAddToken({ tokens: data.db.vkTokens, keyring: ringOf(OLD), newId, wakeJobs: async () => {}, logger: silentLogger });
    const facts = { kind: 'service', label: 'x', requestsPerSecond: 3, expiresAt: null, by: 'key' } as const;
    const workspaceId = await data.workspace();
    for (const secret of ['vk1.a.one', 'vk1.a.two']) await adding({ workspaceId, secret, ...facts });
  });
  afterAll(() => data.close());

  const run = async (args: readonly string[], keyring?: Keyring): Promise<readonly string[]> => {
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line);
    await makeKeyringCommand({ keyring, withTokens: (work) => work(data.db.vkTokens), now: () => new Date(), print })(args);
    return lines;
  };

  test('when a key is made, then it alone is printed, and is a keyring', async () => {
    const program = runProcess({ module: 'apps/api/src/keyring-main.ts', args: ['new'] });
    expect([(await program.exited).code, program.lines.length]).toEqual([0, 1]);
    expect(ringOf(program.lines[0] ?? '').keyIds).toHaveLength(1);
  });

  test('when a key is replaced, then show, rewrap and show tell the way, and a key that is missing too soon is named', async () => {
    const [old, fresh] = [idOf(OLD), idOf(NEW)];
    expect(await run(['show'], ringOf(`${NEW},${OLD}`))).toEqual([`${old}\t2 tokens\tin the ring`]);
    expect(await run(['show'], ringOf(NEW))).toEqual([`${old}\t2 tokens\tMISSING in the ring`]);
    await expect(run(['rewrap'], ringOf(NEW))).rejects.toThrow(`2 tokens need the key ${old}`);
    expect(await run(['rewrap'], ringOf(`${NEW},${OLD}`))).toEqual([
      `2 tokens are under ${fresh} now`,
      'API and workers need no other key any more.',
    ]);
    expect(await run(['show'], ringOf(NEW))).toEqual([`${fresh}\t2 tokens\tcurrent`]);
  });

  test('when a key is lost, then its tokens can be deleted, without the API, and no others', async () => {
    const fresh = idOf(NEW);
    await expect(run(['forget', fresh], ringOf(NEW))).rejects.toThrow(`has the key ${fresh}`);
    expect(await run(['forget', 'of-nobody'], ringOf(OLD))).toEqual(['0 tokens under of-nobody are deleted: add them again']);
    expect(await run(['forget', fresh], ringOf(OLD))).toEqual([`2 tokens under ${fresh} are deleted: add them again`]);
    expect(await run(['show'], ringOf(OLD))).toEqual([]);
  });

  test.each([[[]], [['dance']], [['rewrap', 'now']], [['rewrap']], [['forget']]])(
    'when it is called with %j and no ring, then it says what it needs',
    async (args) => {
      await expect(run(args)).rejects.toThrow(ConfigError);
    },
  );
});
