import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type TestDatabase, createTestDatabase, waitFor } from '@otklik/testing';
import { makeWithReconcilerLock } from './reconciler-lock.ts';

describe('the lock of the reconciler', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('when several processes want to repair at once, then one of them does and the others skip the round', async () => {
    const withLock = makeWithReconcilerLock({ url: database.url, connectionTimeoutMs: 2_000 });
    const held = Promise.withResolvers<void>();
    const rounds: string[] = [];
    const first = withLock(async () => {
      rounds.push('first');
      await held.promise;
    });
    await waitFor(() => rounds.length === 1);
    await Promise.all(['second', 'third'].map((name) => withLock(async () => void rounds.push(name))));
    expect(rounds).toEqual(['first']);
    held.resolve();
    await first;
    await withLock(async () => void rounds.push('fourth'));
    expect(rounds).toEqual(['first', 'fourth']);
  });

  test('when a round fails, then the failure is told and the lock is free', async () => {
    const withLock = makeWithReconcilerLock({ url: database.url, connectionTimeoutMs: 2_000 });
    await expect(withLock(() => Promise.reject(new RangeError('broken')))).rejects.toMatchObject({ cause: expect.any(RangeError) });
    let hasRun = false;
    await withLock(async () => void (hasRun = true));
    expect(hasRun).toBe(true);
  });
});
