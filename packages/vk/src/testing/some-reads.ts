import { DEMO_WALL } from '@otklik/vk-simulator';
import type { VkRead } from '../reads/vk-read.ts';

/** The newest posts of the demo wall. */
export const posts = (count = 1): VkRead => ({ kind: 'posts', ownerId: String(DEMO_WALL.ownerId), offset: 0, count });

/** So many reads, of one post, of two, and so on. */
export const many = (count: number): VkRead[] => Array.from({ length: count }, (_, index) => posts(index + 1));
