import type { z } from 'zod';
import type { World } from '../state/world.ts';
import { type RawParams, readParams } from './params.ts';

/** Kinds of VK's tokens. Communities' own tokens may not read walls. */
export type TokenKind = 'user' | 'service' | 'community';

export type Method = {
  readonly name: string;
  readonly isForCommunityTokens: boolean;
  /** What goes under `response`. Throws VkRefusal. */
  answer(raw: RawParams, world: World): unknown;
};

type Definition<T> = {
  readonly name: string;
  readonly isForCommunityTokens: boolean;
  readonly params: z.ZodType<T>;
  readonly answer: (params: T, world: World) => unknown;
};

/** A method of VK: its parameters and what it answers. */
export const defineMethod = <T>({ name, isForCommunityTokens, params, answer }: Definition<T>): Method => ({
  name,
  isForCommunityTokens,
  answer: (raw, world) => answer(readParams(params, raw), world),
});
