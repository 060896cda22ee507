import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sharedData, testWithData } from '@otklik/testing';
import { z } from 'zod';
import { knownVkCodes, vkErrorRule } from './error-table.ts';

const schema = sharedData('vk/schema/errors.json');
const Schema = z.object({ errors: z.record(z.string(), z.object({ code: z.int() })) });

describe('the table of VK errors', () => {
  test.each(knownVkCodes)('when VK says %i, then the owner of the job reads a sentence', (code) => {
    expect(vkErrorRule(code).sentence).toMatch(/^[A-Z].*\.$/);
  });

  test.each([
    [6, 'wait'],
    [9, 'wait'],
    [29, 'wait'],
    [13, 'split'],
    [5, 'token'],
    [27, 'token'],
    [14, 'operator'],
    [15, 'permanent'],
    [212, 'permanent'],
    [100, 'bug'],
    [1, 'retry'],
  ])('when VK says %i, then its class is %s', (code, errorClass) => {
    expect(vkErrorRule(code).class).toBe(errorClass);
  });

  testWithData(schema)('when VK publishes a code, then the table names it, and it names no other', () => {
    const { errors } = Schema.parse(JSON.parse(readFileSync(schema, 'utf8')));
    const published = [...new Set(Object.values(errors).map(({ code }) => code))];
    expect(published.toSorted((a, b) => a - b)).toEqual(knownVkCodes);
  });

  test('when VK says something new, then it is tried again', () => {
    expect(vkErrorRule(99_999).class).toBe('retry');
  });
});
