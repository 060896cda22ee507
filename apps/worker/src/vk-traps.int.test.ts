import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEMO_WALL, SPECIAL_WALLS, TRAP_POSTS } from '@otklik/vk-simulator';
import { type CollectorUnderTest, type StoredComment, startCollectorUnderTest } from './testing/collector-under-test.ts';

const OWNER = SPECIAL_WALLS.traps.ownerId;

/** The numbers are those of the table of traps: what VK does and naive readers get wrong. */
describe('collecting, when VK sets its traps', () => {
  let collector: CollectorUnderTest;
  let all: readonly StoredComment[];

  beforeAll(async () => {
    collector = await startCollectorUnderTest();
    await collector.collect({ target: { wall: SPECIAL_WALLS.traps.screenName } });
    all = await collector.stored(OWNER);
  });
  afterAll(() => collector.close());

  const of = (trap: keyof typeof TRAP_POSTS): readonly StoredComment[] => all.filter(({ post }) => post === String(TRAP_POSTS[trap]));
  const truthOf = async (ownerId: number) => (await collector.simulator.truth(ownerId)).comments;
  const withText = (text: string): StoredComment | undefined => all.find((one) => one.text === text);

  test('1: when a thread shows 10 replies and has more, then all are stored, below their root and with what they answer', async () => {
    const truth = (await truthOf(OWNER)).filter(({ postId }) => postId === TRAP_POSTS.longThread);
    const stored = of('longThread');
    expect(stored.map(({ id, parent, replyTo }) => ({ id, parent, replyTo }))).toEqual(
      truth.map(({ id, rootId, parentId }) => ({ id: String(id), parent: textOf(rootId), replyTo: textOf(parentId) })),
    );
    const root = stored.find(({ text }) => text === 'Кто прав?');
    expect(stored.filter(({ parent }) => parent === root?.id)).toHaveLength(25);
    expect(stored.every(({ parent, thread, id }) => thread === (parent ?? id))).toBe(true);
  });

  test('2: when a post has more comments than a page, then all pages are read', async () => {
    const { result } = await collector.collect({ target: { wall: SPECIAL_WALLS.pages.screenName } });
    expect(result).toMatchObject({ posts: 1, comments: 1_240, newComments: 1_240, claimed: 1_240, missing: 0 });
    expect(new Set((await collector.stored(SPECIAL_WALLS.pages.ownerId)).map(({ id }) => id)).size).toBe(1_240);
  });

  test('when progress is told on the way, then it counts each comment once, however often VK sends it', async () => {
    for (const wall of ['pages', 'traps'] as const) {
      const { result, jobId } = await collector.collect({ target: { wall: SPECIAL_WALLS[wall].screenName } });
      const [job] = await collector.query<{ readonly message: string }>(`SELECT progress->>'message' AS message FROM job WHERE id = $1`, [
        jobId,
      ]);
      expect(job?.message).toBe(`${result.comments} comments of ${result.posts} posts`);
    }
  });

  test('3: when VK counts removed comments too, then the difference is reported as missing and nothing is repeated for it', async () => {
    const { result } = await collector.collect({ target: { post: `${OWNER}_${TRAP_POSTS.overcounted}` } });
    expect(result).toMatchObject({ comments: 4, claimed: 11, missing: 7 });
  });

  test('4: when a deleted comment is only a stub, then it is kept as deleted, and so is what was answered to it', () => {
    const stored = of('deleted');
    expect(stored.filter(({ deleted }) => deleted).map(({ text, author }) => ({ text, author }))).toEqual([
      { text: null, author: null },
      { text: null, author: null },
      { text: null, author: null },
    ]);
    const answer = withText('Ответ удалённому');
    expect(stored.find(({ id }) => id === answer?.parent)?.deleted).toBe(true);
  });

  test('6: when a text was edited, of which VK gives no time, then the next collection takes it over and notes when it noticed', async () => {
    const { simulator, query, workspaceId } = collector;
    const commentId = Number(of('readonly')[0]?.id);
    await simulator.control({ do: 'editComment', ownerId: OWNER, commentId, text: 'Передумала' });
    const again = { target: { post: `${OWNER}_${TRAP_POSTS.readonly}` }, options: { full: true } };
    await collector.collect(again);
    const rows = await query<{ readonly text: string; readonly edited: boolean }>(
      `SELECT text, edited_at IS NOT NULL AS edited FROM comment WHERE workspace_id = $1 AND owner_id = $2 AND object_id = $3 ORDER BY comment_id`,
      [workspaceId, OWNER, TRAP_POSTS.readonly],
    );
    expect(rows[0]).toEqual({ text: 'Передумала', edited: true });
    expect(rows.slice(1).map(({ edited }) => edited)).toEqual([false, false]);
    await simulator.control({ do: 'editComment', ownerId: OWNER, commentId, text: of('readonly')[0]?.text ?? '' });
    await collector.collect(again);
  });

  test('7: when communities and deleted pages comment, then authors are told apart by sign and stay nameable', async () => {
    expect(withText('Официальный ответ')?.author).toBe(`club${-OWNER}`);
    expect(withText('Другое сообщество')?.author).toBe('club1500001');
    const gone = await collector.query('SELECT deactivated FROM author WHERE workspace_id = $1 AND author_key = $2', [
      collector.workspaceId,
      withText('Меня удалили')?.author,
    ]);
    expect(gone).toEqual([{ deactivated: 'deleted' }]);
  });

  test('8: when an id is beyond 32 bit, then it is stored digit by digit', async () => {
    expect(withText('У меня длинный номер')?.author).toBe('id922337203685471');
    const { result } = await collector.collect({ target: { wall: SPECIAL_WALLS.longId.screenName } });
    expect(result.ownerId).toBe(String(SPECIAL_WALLS.longId.ownerId));
  });

  test('9: when two walls use the same ids, then their comments do not mix', async () => {
    await collector.collect({ target: { wall: SPECIAL_WALLS.user.screenName } });
    const other = await collector.stored(SPECIAL_WALLS.user.ownerId);
    const shared = other.filter(({ id }) => all.some((one) => one.id === id));
    expect(shared.length).toBeGreaterThan(0);
    expect(other).toHaveLength((await truthOf(SPECIAL_WALLS.user.ownerId)).length);
    expect(await collector.stored(OWNER)).toEqual(all);
  });

  test('10: when a comment has attachments and no text, then it is kept with an empty text', async () => {
    expect(of('attachmentsOnly').map(({ text }) => text)).toEqual(['', '', '', '', '']);
    const rows = await collector.query('SELECT attachments FROM comment WHERE workspace_id = $1 AND object_id = $2 AND owner_id = $3', [
      collector.workspaceId,
      TRAP_POSTS.attachmentsOnly,
      OWNER,
    ]);
    expect(rows.every(({ attachments }) => Array.isArray(attachments) && attachments.length === 1)).toBe(true);
  });

  test('11 and 12: when a text has mentions or markup, then it is stored as it was written', async () => {
    for (const trap of ['mentions', 'markup', 'formulas'] as const) {
      const truth = (await truthOf(OWNER)).filter(({ postId }) => postId === TRAP_POSTS[trap]);
      expect(of(trap).map(({ text }) => text)).toEqual(truth.map(({ text }) => text));
    }
  });

  test('13: when a text has NUL or half a surrogate pair, then the rest of it is stored', async () => {
    const truth = (await truthOf(OWNER)).filter(({ postId }) => postId === TRAP_POSTS.unicode);
    expect(of('unicode').map(({ text }) => text)).toEqual(truth.map(({ text }) => text.replaceAll('\0', '').toWellFormed()));
    expect(withText('нольвнутри')).toBeDefined();
  });

  test('14: when a text is longer than a preview, then no letter of it is missing', async () => {
    const truth = (await truthOf(OWNER)).filter(({ postId }) => postId === TRAP_POSTS.long);
    expect(of('long').map(({ text }) => text)).toEqual(truth.map(({ text }) => text));
  });

  test('15: when comments are closed or hidden, then the job goes on and says which and why, and asks nothing where there is nothing', async () => {
    const { result, outcome } = await collector.collect({ target: { wall: SPECIAL_WALLS.traps.screenName } });
    expect(result.failedPosts).toEqual([
      { ownerId: String(OWNER), postId: String(TRAP_POSTS.hidden), vkCode: 212, reason: expect.stringContaining('closed or hidden') },
    ]);
    expect(outcome).toBe('partial');
    const asked = (await collector.simulator.log()).filter(
      ({ method, params }) => method === 'wall.getComments' && params['post_id'] === String(TRAP_POSTS.quiet),
    );
    expect(asked).toEqual([]);
  });

  test('15: when VK denies comments that it had offered, then the rest is collected, and the job says which post and why', async () => {
    const denied = { method: 'wall.getComments', params: { post_id: String(TRAP_POSTS.longThread) } };
    await collector.simulator.control({ do: 'fail', ...denied, times: 100, with: { kind: 'error', code: 212 } });
    const { result, outcome } = await collector.collect({ target: { wall: SPECIAL_WALLS.traps.screenName }, options: { full: true } });
    await collector.simulator.control({ do: 'resetRules' });
    expect(result.failedPosts).toContainEqual({
      ownerId: String(OWNER),
      postId: String(TRAP_POSTS.longThread),
      vkCode: 212,
      reason: expect.any(String),
    });
    expect(result.failedPosts).toHaveLength(2);
    // What was stored of it before stays.
    expect(result.comments).toBe(all.length);
    expect(outcome).toBe('partial');
  });

  test.each([
    ['closed', 15],
    ['banned', 18],
    ['blocked', 19],
    ['privateUser', 30],
    ['disabled', 15],
  ] as const)(
    '16: when the wall is not readable (%s), then the job fails with VK error %i in a sentence, and is not tried again',
    async (wall, vkCode) => {
      await expect(collector.collect({ target: { wall: SPECIAL_WALLS[wall].screenName } })).rejects.toMatchObject({
        code: 'VK_API',
        vkCode,
        retryable: false,
        message: expect.stringMatching(/^[A-Z].*\./),
      });
    },
  );

  test('16: when nobody has this name, then the job fails with that sentence', async () => {
    await expect(collector.collect({ target: { wall: 'nobody_is_called_so' } })).rejects.toMatchObject({ vkCode: 104, retryable: false });
  });

  test('17: when posts and comments are for paying readers, then those are kept, with a text that is unknown, and the others beside them read', () => {
    expect(of('donut').map(({ text }) => text)).toEqual([null, 'Я дон и вижу']);
  });

  test('5: when the pinned post stands first, then the wall is still read whole and each post once', async () => {
    const { result } = await collector.collect({ target: { wall: DEMO_WALL.screenName } });
    const truth = await collector.simulator.truth(DEMO_WALL.ownerId);
    expect(result.posts).toBe(truth.posts.length);
    const stored = await collector.stored(DEMO_WALL.ownerId);
    expect(stored.map(({ id }) => id)).toEqual(truth.comments.map(({ id }) => String(id)).toSorted((a, b) => Number(a) - Number(b)));
  });

  test('19: when VK fails, then the error names code and method', async () => {
    await collector.simulator.control({ do: 'fail', method: 'wall.get', with: { kind: 'error', code: 29 } });
    await expect(collector.collect({ target: { wall: SPECIAL_WALLS.empty.screenName } })).rejects.toMatchObject({
      code: 'MUST_WAIT',
      kind: 'token',
      message: expect.stringContaining('(VK error 29 of wall.get)'),
    });
  });

  test.each([3, 27])('20: when the only token may not call the method (VK error %i), then the job waits for another one', async (code) => {
    await collector.simulator.control({ do: 'resetLog' });
    await collector.simulator.control({ do: 'fail', method: 'wall.get', with: { kind: 'error', code } });
    await expect(collector.collect({ target: { wall: SPECIAL_WALLS.empty.screenName } })).rejects.toMatchObject({
      code: 'MUST_WAIT',
      kind: 'token',
      message: expect.stringContaining(`(VK error ${code} of wall.get)`),
    });
    expect((await collector.simulator.log()).filter(({ method }) => method === 'wall.get')).toHaveLength(1);
  });

  test('20: when VK denies the wall itself (VK error 15), then nothing is tried again', async () => {
    await collector.simulator.control({ do: 'fail', method: 'wall.get', with: { kind: 'error', code: 15 } });
    const denied = { vkCode: 15, retryable: false };
    await expect(collector.collect({ target: { wall: SPECIAL_WALLS.empty.screenName } })).rejects.toMatchObject(denied);
  });

  test('22: when an answer is too heavy for VK, then less is asked for at once and everything still comes', async () => {
    await collector.simulator.control({ do: 'fail', method: 'wall.getComments', with: { kind: 'error', code: 13 }, times: 3 });
    const { result } = await collector.collect({ target: { wall: SPECIAL_WALLS.pages.screenName }, options: { full: true } });
    expect(result).toMatchObject({ comments: 1_240, missing: 0 });
    const counts = (await collector.simulator.log())
      .filter(({ method }) => method === 'wall.getComments')
      .map(({ params }) => params['count']);
    expect(counts).toEqual(expect.arrayContaining(['50', '25', '12']));
  });
});

const textOf = (id: number | null): string | null => (id === null ? null : String(id));
