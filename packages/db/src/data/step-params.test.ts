import { describe, expect, test } from '@jest/globals';
import { InternalError } from '@otklik/shared';
import { someProgress } from '@otklik/testing';
import { stepParams } from './step-params.ts';

describe('what a step of a job stores beside its rows', () => {
  test('when the progress has too much to say, then its words are cut and its numbers stay', () => {
    const [, progress] = stepParams({ checkpoint: null, progress: { ...someProgress, done: 7, message: 'm'.repeat(1_000) } });
    expect(JSON.parse(progress)).toEqual({ ...someProgress, done: 7, message: `${'m'.repeat(299)}…` });
  });

  test('when a checkpoint grows without bounds, then the step fails as a fault of ours, and nothing is stored', () => {
    expect(() => stepParams({ checkpoint: { seen: 'x'.repeat(1_048_577) }, progress: someProgress })).toThrow(InternalError);
    expect(stepParams({ checkpoint: { seen: 'x'.repeat(1_000_000) }, progress: someProgress })).toHaveLength(2);
  });
});
