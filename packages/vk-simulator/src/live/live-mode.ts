import { type Random, createRandom } from '../population/random.ts';
import type { VirtualClock } from '../state/virtual-clock.ts';
import type { Wall } from '../state/wall.ts';
import { type Attention, createAttention } from './attention.ts';
import { happenings } from './happenings.ts';
import { type Happening, LivePlan } from './live-plan.ts';

export type LiveMode = Pick<Attention, 'visit' | 'show'> & {
  /** Walls change by this plan from now on, in place of the one before. */
  start(plan: LivePlan): void;
  /** A call is about to be answered: its time passes, and what that brings happens before the answer. */
  beforeCall(): void;
  /** As much happens as in so much time of calls. */
  advance(ms: number): void;
};

type Deps = { readonly clock: VirtualClock; readonly wallOf: (ownerId: number) => Wall | undefined };

/** Walls that change while they are read. Nothing changes before a plan is started. */
export const createLiveMode = ({ clock, wallOf }: Deps): LiveMode => {
  const attention = createAttention();
  let plan = LivePlan.parse({});
  let random: Random = createRandom(plan.seed, 'live');

  const happen = (what: Happening): void => {
    const shown = random.chance(0.7) ? attention.pick(random) : undefined;
    const owners = plan.ownerIds ?? attention.visited();
    if (owners.length === 0) return;
    const isHere = shown !== undefined && owners.includes(shown.ownerId);
    const wall = wallOf(isHere ? shown.ownerId : random.pick(owners));
    // A wall that is closed to everybody goes on in silence.
    if (wall === undefined || wall.refusal !== undefined) return;
    happenings[what]({ random, wall, shown: isHere ? shown : undefined, date: Math.floor(clock.now() / 1_000) });
  };

  const beforeCall = (): void => {
    clock.advance(plan.msPerCall);
    for (const what of ORDER) for (let left = draw(random, plan.rates[what] / 1_000); left > 0; left -= 1) happen(what);
  };

  return {
    visit: attention.visit,
    show: attention.show,
    start: (next) => {
      plan = next;
      random = createRandom(plan.seed, 'live');
    },
    beforeCall,
    advance: (ms) => {
      const calls = Math.floor(ms / plan.msPerCall);
      for (let call = 0; call < calls; call += 1) beforeCall();
      clock.advance(ms - calls * plan.msPerCall);
    },
  };
};

const ORDER: readonly Happening[] = ['comments', 'edits', 'deletions', 'posts', 'postDeletions', 'closings', 'bans', 'pins'];

/** So many in the mean, for any number of calls. */
const draw = (random: Random, expected: number): number => Math.floor(expected) + (random.chance(expected - Math.floor(expected)) ? 1 : 0);
