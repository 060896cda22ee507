import { z } from 'zod';
import { Fault, gatewayFaults } from './fault.ts';
import { wallCommands } from './wall-commands.ts';

/** What a script can make the simulator do. Times are milliseconds. */
export const Command = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('addToken'),
    token: z.string().min(1),
    requestsPerSecond: z.int().positive(),
    kind: z.enum(['user', 'service', 'community']).default('service'),
    mayExecute: z.boolean().default(true),
    /** Calls of a method per day, those inside `execute` included; error 29 above. */
    dailyCaps: z.record(z.string(), z.int().nonnegative()).default({}),
    /** Methods that this token may not call, and the code that says so: 3, 7, 15 … */
    refuses: z.record(z.string(), z.int().positive()).default({}),
  }),
  z.object({
    do: z.literal('tokenState'),
    token: z.string().min(1),
    /** 5, 1117, 5, 14, 17, 9. States add up until `active` ends all of them. */
    state: z.enum(['active', 'revoked', 'expired', 'otherAddress', 'captcha', 'validation', 'flood']),
    /** Only calls of this method, also inside `execute`. Default: every request. */
    method: z.string().optional(),
    /** Default: for good. */
    forMs: z.number().positive().optional(),
  }),
  /** How many of the latest calls the log keeps, those inside `execute` included; 0 keeps none. */
  z.object({ do: z.literal('keepLog'), entries: z.int().nonnegative() }),
  z.object({
    do: z.literal('fail'),
    with: Fault,
    /** Any method when left out. */
    method: z.string().optional(),
    /** Only calls whose parameters have these values. */
    params: z.record(z.string(), z.string()).default({}),
    /** How many calls fail. */
    times: z.int().positive().default(1),
    /** How many matching calls pass before. */
    after: z.int().nonnegative().default(0),
  }),
  z.object({
    /** From now on every matching call fails with a probability: by the seed, one and the same order of draws. */
    do: z.literal('failSometimes'),
    rate: z.number().min(0).max(1),
    /** Each is as likely as the others; calls inside `execute` draw among the errors. */
    with: z.array(Fault).min(1),
    seed: z.int().default(1),
    method: z.string().optional(),
    params: z.record(z.string(), z.string()).default({}),
  }),
  z.object({
    do: z.literal('latency'),
    /** Or the least and the most: every request draws its own in between. */
    ms: z.union([z.number().nonnegative(), z.tuple([z.number().nonnegative(), z.number().nonnegative()])]),
    /** On top, for each call inside `execute`. */
    perInnerCallMs: z.number().nonnegative().default(0),
  }),
  z.object({
    do: z.literal('addComment'),
    ownerId: z.int(),
    postId: z.int(),
    text: z.string(),
    replyToId: z.int().nullable().default(null),
    fromId: z.int().default(2_000_101),
  }),
  z.object({
    do: z.literal('deleteComment'),
    ownerId: z.int(),
    commentId: z.int(),
    /** `stub` leaves `deleted: true` in its place; `nothing` takes a root's thread along. Default: a stub where there are replies. */
    leaving: z.enum(['stub', 'nothing']).optional(),
  }),
  z.object({ do: z.literal('editComment'), ownerId: z.int(), commentId: z.int(), text: z.string() }),
  z.object({ do: z.literal('addPost'), ownerId: z.int(), text: z.string() }),
  /** Forgets the calls so far, in the log and in the statistics. */
  z.object({ do: z.literal('resetLog') }),
  /** Forgets the scripted failures that have not happened yet, and those by chance; the latency becomes what it was at the start. */
  z.object({ do: z.literal('resetRules') }),
  ...wallCommands,
]);

export type Command = z.output<typeof Command>;
export type CommandInput = z.input<typeof Command>;

/** What came of a command: the id of what was added. */
export const CommandResult = z.object({ id: z.int().optional() });
export type CommandResult = z.output<typeof CommandResult>;

/** One call of a method. */
export const LogEntry = z.object({
  /** Counts up from 1, also over a reset. */
  seq: z.int(),
  method: z.string(),
  /** Without the token. */
  params: z.record(z.string(), z.string()),
  /** Unix time in milliseconds. */
  time: z.number(),
  /** `ok`, the code of VK's error, or how the connection failed. */
  outcome: z.union([z.literal('ok'), z.enum(gatewayFaults), z.int()]),
  /** Of a call inside `execute`: the number of that request. */
  within: z.int().optional(),
});
export type LogEntry = z.output<typeof LogEntry>;
