import type { CommentRow } from '@otklik/contracts';
import { InternalError, createMemoryPacing, createScope, silentLogger, systemClock } from '@otklik/shared';
import { type VkRead, type VkReadAnswer, type VkReads, type VkToken, type VkTokenSource, createVkPool } from '@otklik/vk';
import { type DeepWall, fingerprintOf, startVkSimulator } from '@otklik/vk-simulator';

/** 125 posts with 100 threads of four: 50,000 comments, and one request brings all of a post. */
const WALL: DeepWall = { screenName: 'bench_ingest', ownerId: -9_000_001, posts: 125, topLevelPerPost: 100, repliesPerThread: 3 };
const REQUESTS_PER_SECOND = 10_000;
const PAGE = 100;

/** 50,000 comments of one wall, read through the product's own pool from a simulated VK: the same ones at every run. */
export const collectRows = async (signal: AbortSignal): Promise<readonly CommentRow[]> => {
  const scope = createScope();
  try {
    const vk = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: REQUESTS_PER_SECOND, walls: [WALL] });
    scope.use('vk', vk, (opened) => opened.close());
    const pacing = scope.use('pacing', createMemoryPacing(), (opened) => opened.close());
    const pool = createVkPool({ baseUrl: vk.url, source: oneToken(vk.token), pacing, clock: systemClock, logger: silentLogger });
    scope.use('pool', pool, (opened) => opened.close());
    return await readWall(pool.of('bench'), signal);
  } finally {
    await scope.close();
  }
};

const readWall = async (vk: VkReads, signal: AbortSignal): Promise<readonly CommentRow[]> => {
  const ownerId = String(WALL.ownerId);
  const place = { kind: 'comments', ownerId, rootId: null, startCommentId: null, offset: 0, count: PAGE, threadItems: 10 } as const;
  const rows: CommentRow[] = [];
  for (let offset = 0; offset < WALL.posts; offset += PAGE) {
    const listed = await ask(vk, { kind: 'posts', ownerId, offset, count: PAGE }, signal);
    for (const { postId } of listed.kind === 'posts' ? listed.page.posts : []) {
      const read = await ask(vk, { ...place, postId }, signal);
      if (read.kind === 'comments') rows.push(...read.page.threads.flatMap(({ root, replies }) => [root, ...replies]));
    }
  }
  return rows;
};

const ask = async (vk: VkReads, read: VkRead, signal: AbortSignal): Promise<VkReadAnswer> => {
  const turn = await vk.turn(signal);
  const [answer] = (await turn.send([read], { signal, turns: signal })).answers;
  if (answer === undefined || answer.kind === 'refused') throw new InternalError('The simulated VK does not give its wall.');
  return answer;
};

/** Nothing that VK says of it is of interest here. */
const oneToken = (secret: string): VkTokenSource => {
  const about = { tokenId: 'bench', kind: 'service', fingerprint: fingerprintOf(secret), requestsPerSecond: REQUESTS_PER_SECOND } as const;
  const token: VkToken = { ...about, secret, mayExecute: true, parkedUntil: null, methods: [] };
  const ignored = async (): Promise<void> => undefined;
  return { tokens: async () => [token], park: ignored, invalidate: ignored, learn: ignored, count: ignored };
};
