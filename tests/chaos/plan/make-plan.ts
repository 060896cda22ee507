import type { DeepWall, Fault } from '@otklik/vk-simulator';
import type { ChaosOptions } from '../options.ts';
import { type PlannedOrder, makeLoad } from './make-load.ts';
import { type Random, createRandom } from './random.ts';
import { makeWalls } from './walls.ts';
import { type FaultKind, faultKinds, faultSpecs } from './fault-specs.ts';

/** One fault of a lane: the lane waits, makes it, holds it, lifts it, and goes on. */
export type PlannedFault = {
  readonly kind: FaultKind;
  /** Since the fault before it in its lane was over. */
  readonly afterMs: number;
  readonly holdMs: number;
  /** 0 ≤ x < 1: chooses among the targets that there are then. */
  readonly target: number;
};

export type PlannedKill = { readonly afterMs: number; readonly target: number };

/** VK fails the next calls of a method. */
export type PlannedVkFault = { readonly at: number; readonly fault: Fault; readonly times: number };

/** Everything that chance decides about a run, decided before it. The same options give the same plan. */
export type Plan = {
  readonly walls: readonly DeepWall[];
  readonly orders: readonly PlannedOrder[];
  /** The load is spread over so long, if the kills keep up with it. */
  readonly spreadMs: number;
  readonly kills: readonly PlannedKill[];
  /** Lanes run beside each other; within one there is one fault at a time. */
  readonly lanes: readonly (readonly PlannedFault[])[];
  readonly vkFaults: readonly PlannedVkFault[];
  /** Pauses of the supervisors before they start again what ended, in turn. */
  readonly restartPausesMs: readonly number[];
  /** The clock of the last worker is wrong by so much. */
  readonly skewMs: number;
};

const HOUR_MS = 3_600_000;
const PACE = {
  production: { perJobMs: 250, perKillMs: 2_600, leastMs: 4_000 },
  quick: { perJobMs: 60, perKillMs: 600, leastMs: 1_000 },
};

export const makePlan = ({ seed, jobs, kills, engine, pace }: ChaosOptions): Plan => {
  const { perJobMs, perKillMs, leastMs } = PACE[pace];
  const spreadMs = Math.max(leastMs, jobs * perJobMs, kills * perKillMs);
  const walls = makeWalls(createRandom(seed, 'walls'), jobs);
  const random = createRandom(seed, 'kills');
  const pauses = createRandom(seed, 'restarts');
  return {
    walls,
    orders: makeLoad({ seed, jobs, walls }),
    spreadMs,
    kills: Array.from({ length: kills }, () => ({ afterMs: random.int(perKillMs * 0.3, perKillMs * 1.1), target: random.next() })),
    lanes: (['stores', 'processes'] as const).map((lane) =>
      drawLane({ random: createRandom(seed, lane), kinds: kindsOf(lane, engine), spreadMs, pace }),
    ),
    vkFaults: drawVkFaults(createRandom(seed, 'vk'), jobs),
    restartPausesMs: Array.from({ length: 64 }, () => pauses.int(perKillMs * 0.1, perKillMs * 0.6)),
    skewMs: pauses.has(0.5) ? HOUR_MS : -HOUR_MS,
  };
};

const kindsOf = (lane: 'stores' | 'processes', engine: ChaosOptions['engine']): readonly FaultKind[] =>
  faultKinds.filter((kind) => faultSpecs[kind].lane === lane && faultSpecs[kind].engines.includes(engine));

type LaneOptions = {
  readonly random: Random;
  readonly kinds: readonly FaultKind[];
  readonly spreadMs: number;
  readonly pace: ChaosOptions['pace'];
};

/** Every kind once before any comes a second time, until the time of the load is used up. At least one. */
const drawLane = ({ random, kinds, spreadMs, pace }: LaneOptions): readonly PlannedFault[] => {
  const faults: PlannedFault[] = [];
  const shrink = pace === 'quick' ? 0.15 : 1;
  let queue: readonly FaultKind[] = [];
  let usedMs = 0;
  while (usedMs < spreadMs * 0.9) {
    if (queue.length === 0) queue = random.shuffled(kinds);
    const [kind, ...rest] = queue;
    if (kind === undefined) break;
    queue = rest;
    const [least, most] = faultSpecs[kind].holdMs;
    const fault = {
      kind,
      afterMs: random.int(800 * shrink, 3_000 * shrink),
      holdMs: random.int(least * shrink, most * shrink),
      target: random.next(),
    };
    usedMs += fault.afterMs + fault.holdMs + faultSpecs[kind].costMs * shrink;
    faults.push(fault);
  }
  return faults;
};

const vkFailures: readonly Fault[] = [
  { kind: 'html', status: 502 },
  { kind: 'reset' },
  { kind: 'truncated' },
  { kind: 'error', code: 10 },
  { kind: 'error', code: 6 },
];

/** Rare enough that hardly a job meets three of them. */
const drawVkFaults = (random: Random, jobs: number): readonly PlannedVkFault[] =>
  Array.from({ length: Math.ceil(jobs / 12) }, () => ({
    at: random.next(),
    fault: random.pick(vkFailures),
    times: random.int(1, 2),
  })).toSorted((a, b) => a.at - b.at);
