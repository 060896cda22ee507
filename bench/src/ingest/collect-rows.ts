import type { CommentRow } from '@otklik/contracts';
import { createScope, silentLogger, systemClock } from '@otklik/shared';
import { type VkReader, createVkClient, createVkReader } from '@otklik/vk';
import { type DeepWall, startVkSimulator } from '@otklik/vk-simulator';

/** 125 posts with 100 threads of four: 50,000 comments, and one request brings all of a post. */
const WALL: DeepWall = { screenName: 'bench_ingest', ownerId: -9_000_001, posts: 125, topLevelPerPost: 100, repliesPerThread: 3 };
const REQUESTS_PER_SECOND = 10_000;

/** 50,000 comments of one wall, read by the product's own reader from a simulated VK: the same ones at every run. */
export const collectRows = async (signal: AbortSignal): Promise<readonly CommentRow[]> => {
  const scope = createScope();
  try {
    const vk = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: REQUESTS_PER_SECOND, walls: [WALL] });
    scope.use('vk', vk, (opened) => opened.close());
    const client = createVkClient({
      baseUrl: vk.url,
      token: vk.token,
      requestsPerSecond: REQUESTS_PER_SECOND,
      clock: systemClock,
      logger: silentLogger,
    });
    scope.use('client', client, (opened) => opened.close());
    return await readWall(createVkReader({ client }), signal);
  } finally {
    await scope.close();
  }
};

const readWall = async (reader: VkReader, signal: AbortSignal): Promise<readonly CommentRow[]> => {
  const ownerId = String(WALL.ownerId);
  const rows: CommentRow[] = [];
  for (let offset = 0; offset < WALL.posts; offset += 100) {
    const { posts } = await reader.posts({ ownerId, offset, count: 100 }, signal);
    for (const { postId } of posts) {
      const place = { ownerId, postId, rootId: null, startCommentId: null };
      const { threads } = await reader.comments({ ...place, count: 100, threadItems: 10 }, signal);
      rows.push(...threads.flatMap(({ root, replies }) => [root, ...replies]));
    }
  }
  return rows;
};
