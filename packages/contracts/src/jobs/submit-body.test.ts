import { describe, expect, test } from '@jest/globals';
import { MAX_PIPELINE_DEPTH, MAX_PIPELINE_JOBS, countOrders, submitBody } from './submit-body.ts';

const wall = { target: { wall: '-1' } };
const pointersOf = (body: unknown, type: 'parse' | 'analyze' | 'export' = 'parse'): readonly string[] =>
  (submitBody(type).safeParse(body).error?.issues ?? []).map(({ path }) => path.join('/'));

/** A chain of analyses, so many deep. */
const chain = (depth: number): readonly object[] => (depth === 0 ? [] : [{ type: 'analyze', then: chain(depth - 1) }]);

describe('the body of a submission', () => {
  test('when payload and options stand side by side, then each goes where it belongs', () => {
    const order = submitBody('parse').parse({
      ...wall,
      priority: 'low',
      timeoutMs: 5_000,
      then: [{ type: 'analyze', ifParentFails: 'run' }],
    });
    expect(order).toMatchObject({
      type: 'parse',
      payload: { target: { wall: '-1' }, options: { threads: true, includeAuthors: true } },
      options: { priority: 'low', timeoutMs: 5_000, labels: [] },
      then: [{ type: 'analyze', ifParentFails: 'run', then: [] }],
    });
  });

  test('when a first job leaves its scope out, then that is a fault; a follow-up may take over what its pipeline collects', () => {
    expect(pointersOf({}, 'analyze')).toEqual(['scope']);
    expect(pointersOf({ ...wall, then: [{ type: 'analyze' }, { type: 'export', format: 'csv' }] })).toEqual([]);
  });

  test('when keys are unknown or dangerous, then each is named where it stands', () => {
    expect(
      pointersOf(
        JSON.parse('{"target":{"wall":"-1"},"__proto__":{"a":1},"tokn":1,"then":[{"type":"export","format":"csv","ifParentFail":1}]}'),
      ),
    ).toEqual(['__proto__', 'tokn', 'then/0/ifParentFail']);
    expect(pointersOf({ ...wall, ifParentFails: 'run' })).toEqual(['ifParentFails']);
  });

  test('when a target names both or neither, or a number beyond 64 bits, then it is refused', () => {
    expect(pointersOf({ target: { wall: '-1', post: '-1_2' } })).toEqual(['target']);
    expect(pointersOf({ target: {} })).toEqual(['target']);
    expect(pointersOf({ target: { post: '-9999999999999999999_1' } })).toEqual(['target/post']);
    expect(pointersOf({ target: { wall: '9223372036854775808' } })).toEqual(['target/wall']);
    expect(pointersOf({ scope: { posts: ['-1_9999999999999999999'] } }, 'analyze')).toEqual(['scope/posts/0']);
  });

  test('when posts are told by number, then only of one wall, and a fault of the target is told all the same', () => {
    const window = { postIds: ['45'] };
    expect(pointersOf({ ...wall, window })).toEqual([]);
    expect(pointersOf({ target: { post: '-1_2' }, window })).toEqual(['window/postIds']);
    expect(pointersOf({ target: {}, window })).toEqual(['target']);
    expect(pointersOf({ ...wall, window: { postIds: ['9223372036854775808'] } })).toEqual(['window/postIds/0']);
  });

  test('when a period ends before it begins, or a moment has no zone, then that is told: nothing would be found in it', () => {
    const faultOf = (window: object): unknown => {
      const [issue, ...more] = submitBody('parse').safeParse({ ...wall, window }).error?.issues ?? [];
      expect(more).toEqual([]);
      return [issue?.path.join('/'), issue?.message];
    };
    const wrongWay = { since: '2026-10-31T00:00:00Z', until: '2026-10-30T23:00:00-01:00' };
    expect(faultOf(wrongWay)).toEqual(['window/until', 'must be later than `since`']);
    expect(faultOf({ since: '2026-10-31' })).toEqual(['window/since', expect.stringContaining('such as 2026-10-31T00:00:00Z')]);
    expect(pointersOf({ scope: { walls: ['-1'], ...wrongWay } }, 'analyze')).toEqual(['scope/until']);
  });

  test('when a list names something twice, then it is collected once', () => {
    expect(submitBody('parse').parse({ target: { list: ['-1', '-1_2', 'apiclub', '-1'] } }).payload).toMatchObject({
      target: { list: ['-1', '-1_2', 'apiclub'] },
    });
    expect(submitBody('parse').parse({ target: { list: ['vk.com/club1', 'vk.com/wall-1_2', 'ApiClub', '-1'] } }).payload).toMatchObject({
      target: { list: ['-1', '-1_2', 'apiclub'] },
    });
    expect(pointersOf({ target: { list: ['-1', 'no wall'] } })).toEqual(['target/list/1']);
  });

  test('when a target is an address, then it is kept as what it names; a post in the place of a wall is told what to do', () => {
    const targetOf = (target: object) => submitBody('parse').parse({ target }).payload['target'];
    expect(targetOf({ url: 'https://m.vk.com/feed?w=wall-1_2_r3' })).toEqual({ post: '-1_2' });
    expect(targetOf({ url: 'vk.ru/ApiClub' })).toEqual({ wall: 'apiclub' });
    expect(targetOf({ wall: 'vk.com/club1' })).toEqual({ wall: '-1' });
    expect(targetOf({ post: 'vk.com/wall-1_2' })).toEqual({ post: '-1_2' });
    const messageOf = (target: object) =>
      submitBody('parse')
        .safeParse({ target })
        .error?.issues.map(({ message }) => message);
    expect(messageOf({ wall: 'vk.com/wall-1_2' })).toEqual(['is a post: give it as `post`, or -1 for the whole wall']);
    expect(messageOf({ post: 'vk.com/club1' })).toEqual([expect.stringMatching(/^is a wall: give it as `wall`/)]);
  });

  test('when a payload is larger than a row should hold, then it is refused, also in a follow-up; the largest scope fits', () => {
    const since = `2026-01-01T00:00:00.${'0'.repeat(131_072)}Z`;
    expect(pointersOf({ ...wall, window: { since } })).toEqual(['']);
    expect(pointersOf({ ...wall, then: [{ type: 'analyze', scope: { since } }] })).toEqual(['then/0']);
    const full = (item: string): string[] => Array.from({ length: 1_000 }, () => item);
    const id = '-9223372036854775807';
    const largest = { walls: full(id), posts: full(`${id}_9223372036854775807`), authors: full('club9223372036854775807') };
    expect(pointersOf({ scope: largest }, 'analyze')).toEqual([]);
  });

  test('when follow-ups nest or number too many, then the pipeline is refused as a whole', () => {
    expect(pointersOf({ ...wall, then: chain(MAX_PIPELINE_DEPTH) })).toEqual([]);
    expect(pointersOf({ ...wall, then: chain(MAX_PIPELINE_DEPTH + 1) })).not.toEqual([]);
    const many = (count: number) => ({ ...wall, then: Array.from({ length: count }, () => ({ type: 'analyze' })) });
    expect(pointersOf(many(MAX_PIPELINE_JOBS - 1))).toEqual([]);
    expect(pointersOf(many(MAX_PIPELINE_JOBS))).toEqual(['then']);
    expect(countOrders(submitBody('parse').parse(many(3)))).toBe(4);
  });
});
