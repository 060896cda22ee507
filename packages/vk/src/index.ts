export type { VkAuthor } from './answers/people.ts';
export type { VkComment, VkComments, VkThread } from './answers/comments.ts';
export type { VkPost, VkPosts } from './answers/posts.ts';
export { vkCircuitLimits } from './circuits/create-circuits.ts';
export { type ProbeVkToken, makeProbeVkToken } from './probe/make-probe-token.ts';
export type { ProbedMethod, VkTokenProbe } from './probe/token-probe.ts';
export { type VkPool, type VkPoolOptions, createVkPool } from './create-vk-pool.ts';
export { type VkErrorRule, type VkTokenFate, knownVkCodes, vkErrorRule } from './errors/error-table.ts';
export { cacheWalls } from './reads/cache-walls.ts';
export type { VkRead, VkReadAnswer, VkReads, VkTurn } from './reads/vk-read.ts';
export type { VkWall } from './reads/resolve-wall.ts';
export type {
  VkToken,
  VkTokenCalls,
  VkTokenInvalid,
  VkTokenLesson,
  VkTokenMethod,
  VkTokenPark,
  VkTokenSource,
} from './tokens/token-source.ts';
export type { VkParams } from './transport/ask.ts';
export { type VkMethod, type VkTokenKind, vkMethods, vkTokenKinds } from './vk-methods.ts';
