import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { serveReader } from './serve-reader.ts';

/** What the most used client of this kind waits between two calls of a user token (0.34 s in vk_api for Python). */
const START_EVERY_MS = 340;
const TOO_FAST = 6;
const Comment = z.object({ id: z.int(), thread: z.object({ count: z.int(), items: z.array(z.object({ id: z.int() })) }).optional() });
const Comments = z.object({ items: z.array(Comment) });
const Posts = z.object({ items: z.array(z.object({ id: z.int(), comments: z.object({ count: z.int() }) })) });
const Answer = z.object({ response: z.unknown().optional(), error: z.object({ error_code: z.literal(TOO_FAST) }).optional() });

/**
 * The loop that one writes first, and well: post by post, page by page, replies beyond the ten that come along by their root,
 * posts without comments skipped, one call after the other, no sooner than VK allows.
 */
await serveReader(async ({ url, token, ownerId, signal, ids }) => {
  let lastAt = 0;
  const call = async <T>(method: string, params: Readonly<Record<string, number>>, shape: z.ZodType<T>): Promise<T> => {
    await delay(Math.max(0, lastAt + START_EVERY_MS - performance.now()), undefined, { signal });
    lastAt = performance.now();
    const body = new URLSearchParams({ v: '5.199' });
    for (const [name, value] of Object.entries(params)) body.set(name, String(value));
    const answer = await fetch(`${url}/method/${method}`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` }, signal });
    const { response, error } = Answer.parse(await answer.json());
    return error === undefined ? shape.parse(response) : call(method, params, shape);
  };

  const readLevel = async (place: Readonly<Record<string, number>>): Promise<void> => {
    for (let offset = 0; ; offset += 100) {
      const params = { owner_id: ownerId, ...place, count: 100, offset, thread_items_count: 10 };
      const { items } = await call('wall.getComments', params, Comments);
      for (const { id, thread } of items) {
        ids.add(id);
        for (const reply of thread?.items ?? []) ids.add(reply.id);
      }
      for (const { id, thread } of items)
        if (thread !== undefined && thread.count > thread.items.length) await readLevel({ comment_id: id });
      if (items.length < 100) return;
    }
  };

  for (let offset = 0; ; offset += 100) {
    const { items } = await call('wall.get', { owner_id: ownerId, count: 100, offset }, Posts);
    for (const { id, comments } of items) if (comments.count > 0) await readLevel({ post_id: id });
    if (items.length < 100) return;
  }
});
