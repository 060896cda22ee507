import { describe, expect, test } from '@jest/globals';
import type { TargetCounts, TargetLineRow, TargetLists } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { runSeed } from '@otklik/testing';
import fc from 'fast-check';
import { MAX_TARGET_LINES } from './judge-lines.ts';
import { type TargetUpload, makeStoreTargetList } from './store-target-list.ts';

type Stored = { readonly lines: readonly TargetLineRow[]; readonly counts: TargetCounts | null; readonly removed: boolean };

/** A store of one list, and what is in it in the end. */
const createStore = () => {
  const lines: TargetLineRow[] = [];
  const batches: number[] = [];
  let counts: TargetCounts | null = null;
  let removed = false;
  const lists: Pick<TargetLists, 'begin' | 'append' | 'finish' | 'remove'> = {
    begin: async () => undefined,
    append: async (_id, batch) => {
      batches.push(batch.length);
      lines.push(...batch);
    },
    finish: async (input) => {
      counts = input.counts;
      return { ...input.counts, id: input.id, name: null, format: 'txt', createdAt: new Date(0), lastUsedAt: new Date(0) };
    },
    remove: async () => (removed = true),
  };
  return { lists, batches, stored: (): Stored => ({ lines, counts, removed }) };
};

const store = async (content: TargetUpload['content']) => {
  const into = createStore();
  await makeStoreTargetList({ lists: into.lists, newId })({ workspaceId: newId(), name: null, content });
  return { ...into.stored(), batches: into.batches };
};

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const file = (format: 'txt' | 'csv', text: string, size = 7): TargetUpload['content'] => ({
  format,
  bytes: inParts(Buffer.from(text), size),
});
/** `line outcome what` of every line. */
const told = ({ lines }: Stored): readonly string[] =>
  lines.map(({ line, outcome, ref, duplicateOf, reason }) => `${line} ${outcome} ${duplicateOf ?? ref ?? reason}`);

describe('a list that is uploaded', () => {
  test('when a line holds a token, then that is said, and the token is not kept', async () => {
    const secret = `vk1.a.${'Zm9vYmFy-Zm9vYmFy_'.repeat(12)}`;
    const texts = [secret, `https://oauth.vk.com/blank.html#state=${'x'.repeat(150)}&access_token=${secret}`, '0123456789abcdef'.repeat(5)];
    const stored = await store(file('txt', texts.join('\n')));
    expect(stored.counts).toMatchObject({ invalid: 3 });
    expect(JSON.stringify(stored.lines)).not.toMatch(/Zm9v|0123456789/);
  });

  test('when lines are empty, then they are not counted, and the others keep their numbers, however the list came', async () => {
    const counted = { lines: 2, valid: 2, invalid: 0, duplicates: 0 };
    const lists = [
      file('txt', '\n \t\nclub1\n\n\nclub2\n\n'),
      file('csv', '\n\nclub1\n , \n,\nclub2\n\n'),
      { format: 'json', lines: ['', ' ', 'club1', '', '', 'club2', ''] } as const,
    ];
    for (const list of lists) {
      const stored = await store(list);
      expect([told(stored), stored.counts]).toEqual([['3 valid -1', '6 valid -2'], counted]);
      expect(stored.lines.map(({ index }) => index)).toEqual([0, 1]);
    }
  });

  test('when a row of a table says something and names no target, then it is invalid: it was meant for something', async () => {
    const stored = await store(file('csv', 'city,url\nA,club1\nB,\nC\n,\nD,club2'));
    expect(told(stored)).toEqual(['2 valid -1', '3 invalid is empty', '4 invalid is empty', '6 valid -2']);
    expect(stored.counts).toEqual({ lines: 4, valid: 2, invalid: 2, duplicates: 0 });
  });

  test('when lines are right, wrong, empty and the same, then each is told by its number in the file', async () => {
    const stored = await store(file('txt', '\ufeffvk.com/club1\r\n\r\nапи\n-1\r  https://vk.com/wall-1_2\nvk.com/feed'));
    expect(told(stored)).toEqual([
      '1 valid -1',
      expect.stringMatching(/^3 invalid must be an address/),
      '4 duplicate 1',
      '5 valid -1_2',
      '6 invalid is a page of VK itself, which has no wall',
    ]);
    expect(stored.lines.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(stored.counts).toEqual({ lines: 5, valid: 2, invalid: 2, duplicates: 1 });
  });

  test.each([
    ['the named column', 'id,Name,Link\n1,"A, B",vk.com/a1\n2,"C ""D""\nE",vk.com/a2\n', ['2 valid a1', '3 valid a2']],
    ['semicolons, as spreadsheets in Russia write them', 'Название;Ссылка\r\nГруппа;vk.com/a1\r\n', ['2 valid a1']],
    ['tabs', 'name\turl\nx\tvk.com/a1', ['2 valid a1']],
    ['the most telling name', 'group,url\nx,vk.com/a1', ['2 valid a1']],
    ['the first column without a name', 'vk.com/a1,x\n"vk.com/a2",y', ['1 valid a1', '2 valid a2']],
    ['rows that are too short', 'name,url\nx\ny,vk.com/a2', ['2 invalid is empty', '3 valid a2']],
    ['a quote in the middle of a cell', 'url\nvk.com/"a"\nvk.com/a2', [expect.stringMatching(/^2 invalid/), '3 valid a2']],
  ])('when it is a table, then %s is read', async (_what, text, expected) => {
    for (const size of [1, 3, 1_000]) expect(told(await store(file('csv', text, size)))).toEqual(expected);
  });

  test('when cells hold whatever they may, then a table that is written by RFC 4180 is read back, however it is cut', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r', 'ё', '😀', ' '), maxLength: 8 });
    const property = fc.asyncProperty(
      fc.array(cell, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      async (cells, size) => {
        const quoted = cells.map((one) => `x,"${one.replaceAll('"', '""')}"`);
        const stored = await store(file('csv', ['name,url', 'x,vk.com/last', ...quoted].join('\r\n'), size));
        const kept = stored.lines.map(({ text }) => text);
        expect(kept).toEqual(['vk.com/last', ...cells.map((one) => one.trim())]);
      },
    );
    await fc.assert(property, { numRuns: 100, seed: runSeed() });
  });

  test.each([
    ['Windows-1251', [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2], /Windows-1251: save it as UTF-8/],
    ['UTF-16', [0xff, 0xfe, 0x76, 0x00], /UTF-16/],
    ['something else', [0x76, 0x6b, 0x80, 0x81, 0xff], /not in UTF-8/],
    ['cut in a letter', [0x76, 0xd0], /not in UTF-8/],
  ])('when it is in %s, then that is said, and nothing of it stays', async (_what, bytes, says) => {
    const into = createStore();
    const content = { format: 'txt' as const, bytes: inParts(Uint8Array.from(bytes), 1_000) };
    const storing = makeStoreTargetList({ lists: into.lists, newId })({ workspaceId: newId(), name: null, content });
    await expect(storing).rejects.toMatchObject({ code: 'VALIDATION', faults: [{ pointer: '', detail: expect.stringMatching(says) }] });
    expect(into.stored()).toMatchObject({ counts: null, removed: true });
  });

  test('when a quote never ends, or nothing is in it, then that is said', async () => {
    await expect(store(file('csv', 'url\n"vk.com/a1\nvk.com/a2'))).rejects.toThrow('has a quote in line 2 that never ends');
    await expect(store(file('txt', '\n \n'))).rejects.toThrow('has no lines');
  });

  test('when it has more lines than it may, then that is said, and what came before went in batches', async () => {
    const text = Array.from({ length: MAX_TARGET_LINES + 1 }, (_, index) => `club${index + 1}`).join('\n');
    const into = createStore();
    const content = file('txt', text, 65_536);
    const storing = makeStoreTargetList({ lists: into.lists, newId })({ workspaceId: newId(), name: null, content });
    await expect(storing).rejects.toThrow('has more than 100000 lines');
    expect(into.stored()).toMatchObject({ counts: null, removed: true });
    expect(new Set(into.batches)).toEqual(new Set([5_000]));
  });
});
