import { describe, expect, test } from '@jest/globals';
import { createGather } from './gather.ts';

const gathering = (limits: { readonly maxTogether: number; readonly maxUnderWay: number }) => {
  const goes: { readonly questions: readonly number[]; answer(): void; fail(reason: Error): void }[] = [];
  const gather = createGather<number, string>({
    ...limits,
    ask: (questions) =>
      new Promise((resolve, reject) => {
        goes.push({ questions, answer: () => resolve(questions.map((question) => `a${question}`)), fail: reject });
      }),
  });
  return { goes, gather };
};

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('gathering questions', () => {
  test('when several come together, then they are asked in one go, and each gets its own answer', async () => {
    const { goes, gather } = gathering({ maxTogether: 10, maxUnderWay: 1 });
    const answers = [1, 2, 3].map((question) => gather(question));
    await nextTurn();
    expect(goes.map(({ questions }) => questions)).toEqual([[1, 2, 3]]);
    goes[0]?.answer();
    expect(await Promise.all(answers)).toEqual(['a1', 'a2', 'a3']);
  });

  test('when they come while a go is under way, then they wait for it and go together, no more than fit', async () => {
    const { goes, gather } = gathering({ maxTogether: 2, maxUnderWay: 1 });
    const first = gather(1);
    await nextTurn();
    const later = [2, 3, 4].map((question) => gather(question));
    await nextTurn();
    expect(goes).toHaveLength(1);
    goes[0]?.answer();
    await first;
    await nextTurn();
    goes[1]?.answer();
    await Promise.all(later.slice(0, 2));
    await nextTurn();
    expect(goes.map(({ questions }) => questions)).toEqual([[1], [2, 3], [4]]);
    goes[2]?.answer();
    expect(await Promise.all(later)).toEqual(['a2', 'a3', 'a4']);
  });

  test('when a go fails, then those who were part of it hear it, and the next ones are asked anew', async () => {
    const { goes, gather } = gathering({ maxTogether: 10, maxUnderWay: 2 });
    const failing = Promise.allSettled([gather(1), gather(2)]);
    await nextTurn();
    const error = new Error('away');
    goes[0]?.fail(error);
    expect(await failing).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    const next = gather(3);
    await nextTurn();
    goes[1]?.answer();
    expect(await next).toBe('a3');
  });

  test('when the store answers less than it was asked, then nobody gets the answer of another', async () => {
    const gather = createGather<number, string>({ ask: async () => ['only one'], maxTogether: 10, maxUnderWay: 1 });
    const outcomes = await Promise.allSettled([gather(1), gather(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
