import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from './new-id.ts';

const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
const many = (count: number): string[] => Array.from({ length: count }, () => newId());

afterEach(() => void jest.restoreAllMocks());

describe('an id', () => {
  test('when it is made, then it is a UUID of version 7 with the time of now', () => {
    const before = Date.now();
    const id = newId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(timeOf(id)).toBeGreaterThanOrEqual(before);
    expect(timeOf(id)).toBeLessThanOrEqual(Date.now() + 1);
  });

  test('when many are made, then they differ and sort as they were made', () => {
    const ids = many(50_000);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  test('when more are made in one millisecond than the counter holds, then they still sort', () => {
    const now = Date.now() + 10_000;
    jest.spyOn(Date, 'now').mockReturnValue(now);
    const ids = many(10_000);
    expect(ids.toSorted()).toEqual(ids);
    expect(timeOf(ids.at(-1) ?? '') - now).toBeLessThanOrEqual(3);
  });

  test('when the clock goes back, then ids still go on', () => {
    const clock = jest.spyOn(Date, 'now');
    const now = Date.now() + 20_000;
    clock.mockReturnValue(now);
    const before = newId();
    clock.mockReturnValue(now - 60_000);
    expect(newId() > before).toBe(true);
  });
});
