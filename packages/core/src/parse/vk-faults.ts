import type { FailedPost } from '@otklik/contracts';
import { MustWait, VkApiError } from '@otklik/shared';

/** VK's own limit windows are minutes to hours; without a hint this long. */
const DEFAULT_WAIT_MS = 60_000;

/** Heavy pages fail with an internal error (10), a timeout (36) or "too big" (13): worth asking for less. */
export const wantsLess = (thrown: unknown): boolean => thrown instanceof VkApiError && (thrown.vkClass === 'split' || thrown.vkCode === 10);

/** VK will never give the comments of this post: reported with the result, no reason to stop. null: something else. */
export const toFailedPost = (postId: string, thrown: unknown): FailedPost | null =>
  thrown instanceof VkApiError && thrown.vkClass === 'permanent' ? { postId, vkCode: thrown.vkCode, reason: thrown.message } : null;

/** Limits of VK cost the job no attempt: it waits for them. Everything else stays as it is. */
export const asWait = (thrown: unknown): unknown =>
  thrown instanceof VkApiError && thrown.vkClass === 'wait'
    ? new MustWait(thrown.message, { kind: 'pace', waitMs: thrown.retryAfterMs ?? DEFAULT_WAIT_MS, cause: thrown })
    : thrown;
