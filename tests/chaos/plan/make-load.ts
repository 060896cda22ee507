import type { JobType, Priority } from '@otklik/contracts';
import type { DeepWall } from '@otklik/vk-simulator';
import { type Random, createRandom } from './random.ts';
import { FIRST_POST } from './walls.ts';

/** One request of a client, as it will be made, again and again if it must. */
export type PlannedOrder = {
  /** Its Idempotency-Key. */
  readonly key: string;
  /** When, as a share of the time over which the load is spread. */
  readonly at: number;
  readonly type: JobType;
  readonly body: Readonly<Record<string, unknown>>;
  /** Rows that it makes: the job and its follow-ups. */
  readonly rows: number;
  /** The whole wall or one post of it that is collected, analyzed or exported. */
  readonly wall: number;
  readonly runAfterMs: number | null;
  /** Asked to cancel so long after it was accepted. */
  readonly cancelAfterMs: number | null;
  /** Sent once more after it was accepted. */
  readonly isSentTwice: boolean;
  /** Its attempts may end at their time limit, and the job as `timed_out`. */
  readonly hasSmallTimeout: boolean;
};

type LoadOptions = { readonly seed: number; readonly jobs: number; readonly walls: readonly DeepWall[] };

/** Requests that make exactly so many rows, in the order in which they come. */
export const makeLoad = ({ seed, jobs, walls }: LoadOptions): readonly PlannedOrder[] => {
  const random = createRandom(seed, 'load');
  const drawn: Drawn[] = [];
  for (let left = jobs; left > 0; left -= drawn.at(-1)?.rows ?? left) drawn.push(draw(random, walls, left));
  return drawn.map((order, index) => ({
    ...order,
    key: `chaos-${seed}-${index}`,
    at: index / drawn.length,
    runAfterMs: random.has(0.12) ? random.int(1_000, 8_000) : null,
    cancelAfterMs: random.has(0.1) ? random.int(0, 9_000) : null,
    isSentTwice: random.has(0.15),
  }));
};

type Drawn = Pick<PlannedOrder, 'type' | 'body' | 'rows' | 'wall' | 'hasSmallTimeout'>;

const priorities: readonly Priority[] = ['critical', 'high', 'normal', 'normal', 'normal', 'low'];

const draw = (random: Random, walls: readonly DeepWall[], left: number): Drawn => {
  const wall = random.pick(walls);
  const options = { priority: random.pick(priorities), labels: ['chaos'] };
  const of = (drawn: Omit<Drawn, 'wall' | 'hasSmallTimeout'>): Drawn => ({ ...drawn, wall: wall.ownerId, hasSmallTimeout: false });
  const target = { target: { wall: wall.screenName } };
  const scope = { scope: { walls: [String(wall.ownerId)] } };
  const format = random.pick(['csv', 'jsonl'] as const);
  const kind = random.next();
  if (kind < 0.35 && left >= 3) {
    const then = [{ type: 'analyze', then: [{ type: 'export', format }] }];
    return of({ type: 'parse', rows: 3, body: { ...target, ...options, then } });
  }
  if (kind < 0.45 && left >= 3) {
    const then = [{ type: 'analyze' }, { type: 'export', format, ifParentFails: 'run', ...scope }];
    return of({ type: 'parse', rows: 3, body: { ...target, ...options, then } });
  }
  if (kind < 0.55) return of({ type: 'parse', rows: 1, body: { target: { post: `${wall.ownerId}_${FIRST_POST}` }, ...options } });
  if (kind < 0.6) return of({ type: 'analyze', rows: 1, body: { ...scope, ...options } });
  if (kind < 0.65) return of({ type: 'export', rows: 1, body: { ...scope, format, ...options } });
  const hasSmallTimeout = random.has(0.12);
  const limits = hasSmallTimeout ? { timeoutMs: random.int(1_000, 2_500) } : {};
  return { ...of({ type: 'parse', rows: 1, body: { ...target, ...options, ...limits } }), hasSmallTimeout };
};
