import type { z } from 'zod';
import type { World } from '../state/world.ts';
import { type RawParams, readParams } from './params.ts';

/** Kinds of VK's tokens. Communities' own tokens may not read walls. */
export type TokenKind = 'user' | 'service' | 'community';

/** Runs a script of calls. The site allows it to service keys, the schema does not; a token can be told not to. */
export const EXECUTE: MethodRights = { name: 'execute', tokens: ['user', 'community', 'service'] };

export type MethodRights = {
  readonly name: string;
  /** Who may call it: `access_token_type` of the schema. */
  readonly tokens: readonly TokenKind[];
};

export type Method = MethodRights & {
  /** What goes under `response`. Throws VkRefusal. */
  answer(raw: RawParams, world: World): unknown;
};

type Definition<T> = MethodRights & {
  readonly params: z.ZodType<T>;
  readonly answer: (params: T, world: World) => unknown;
};

/** A method of VK: its parameters and what it answers. */
export const defineMethod = <T>({ name, tokens, params, answer }: Definition<T>): Method => ({
  name,
  tokens,
  answer: (raw, world) => {
    world.live.beforeCall();
    return answer(readParams(params, raw), world);
  },
});
