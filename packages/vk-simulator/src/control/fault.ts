import { z } from 'zod';

/** How a connection or its answer goes wrong, by name. */
export const gatewayFaults = [
  'html',
  'reset',
  'hang',
  'truncated',
  'cut',
  'trickle',
  'slowHead',
  'huge',
  'gzipBomb',
  'brokenGzip',
] as const;

const MEBIBYTE = 1_048_576;

export const Fault = z.discriminatedUnion('kind', [
  /** An error of VK's API with HTTP 200. */
  z.object({ kind: z.literal('error'), code: z.int().positive(), message: z.string().optional() }),
  /** A page of a gateway. */
  z.object({
    kind: z.literal('html'),
    status: z.int().min(400).max(599).default(502),
    /** Makes 429 and 503 say when to come again. */
    retryAfterSeconds: z.int().nonnegative().optional(),
  }),
  /** The connection breaks before the first byte. */
  z.object({ kind: z.literal('reset') }),
  /** No answer, until the caller or the simulator hangs up. */
  z.object({ kind: z.literal('hang') }),
  /** The right answer, cut in the middle. */
  z.object({ kind: z.literal('truncated') }),
  /** The right answer announced whole; the connection breaks in the middle of it. */
  z.object({ kind: z.literal('cut') }),
  /** The right answer, one byte a second, until the caller hangs up. */
  z.object({ kind: z.literal('trickle') }),
  /** The right answer, but not even its head comes earlier. */
  z.object({ kind: z.literal('slowHead'), ms: z.number().nonnegative() }),
  /** Spaces without end, as good as. */
  z.object({
    kind: z.literal('huge'),
    bytes: z
      .int()
      .positive()
      .default(1_024 * MEBIBYTE),
  }),
  /** The same from very few bytes: `bytes` is what they become. */
  z.object({
    kind: z.literal('gzipBomb'),
    bytes: z
      .int()
      .positive()
      .default(1_024 * MEBIBYTE),
  }),
  /** Says it is compressed, and can't be read. */
  z.object({ kind: z.literal('brokenGzip') }),
]);
export type Fault = z.output<typeof Fault>;
