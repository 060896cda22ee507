import { describe, expect, test } from '@jest/globals';
import { type JobOrder, submitBody } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { makeBuildJobs } from './build-jobs.ts';

const order = (body: unknown): JobOrder => submitBody('parse').parse(body);
const target = { target: { wall: '-1' } };

describe('the rows of an order', () => {
  test('a job without follow-ups belongs to no pipeline', () => {
    const [job, ...rest] = makeBuildJobs({ newId })(order(target), 'req-1');
    expect(rest).toEqual([]);
    expect(job).toMatchObject({ type: 'parse', parents: [], pipelineId: null, requestId: 'req-1', priority: 'normal' });
  });

  test('follow-ups wait for their own parent, share the pipeline of the first, and take over its priority', () => {
    const nested = { ...target, priority: 'high', then: [{ type: 'analyze', then: [{ type: 'export', format: 'csv', priority: 'low' }] }] };
    const [parse, analyze, exported] = makeBuildJobs({ newId })(order(nested), null);
    expect(analyze).toMatchObject({ parents: [{ id: parse.id, ifParentFails: 'cancel' }], pipelineId: parse.id, priority: 'high' });
    expect(exported).toMatchObject({ parents: [{ id: analyze?.id }], pipelineId: parse.id, priority: 'low' });
    expect(parse.pipelineId).toBe(parse.id);
  });

  test('limits come from the order, then from the operator, then from the registry', () => {
    const build = makeBuildJobs({ newId, defaults: { limits: { parse: { timeoutMs: 7_000 } }, maxStarts: 3 } });
    const [byOperator] = build(order(target), null);
    expect(byOperator).toMatchObject({ timeoutMs: 7_000, maxAttempts: 3, maxStarts: 3 });
    const [byOrder] = build(order({ ...target, timeoutMs: 9_000, maxAttempts: 1 }), null);
    expect(byOrder).toMatchObject({ timeoutMs: 9_000, maxAttempts: 1 });
  });
});
