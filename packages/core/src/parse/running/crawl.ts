import { type Clock, InternalError } from '@otklik/shared';
import { type Frontier, isFinished } from '../frontier/frontier.ts';
import type { TargetSource } from '../frontier/targets.ts';
import type { CollectPlan } from '../planning/collect-plan.ts';
import type { VkReads } from '../vk-reads.ts';
import { createBell } from './bell.ts';
import { createEnding } from './ending.ts';
import { type LandFlight, createFlights } from './flights.ts';
import { createLanding } from './landing.ts';
import { type LandOpening, createOpenings } from './openings.ts';

/** What becomes of everything that comes in. */
export type Landings = LandOpening & LandFlight;

export type CrawlDeps = {
  readonly vk: VkReads;
  readonly plan: CollectPlan;
  readonly targets: TargetSource;
  readonly land: Landings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when something was stored, and now and then; throws when the attempt shall end there. */
  readonly checkpointReached: () => void;
};

/** What is in flight when the attempt has to end may still land for so long: the longest that one request may take. */
const DRAIN_MS = 30_000;

/** How often a crawl looks whether it shall end while nothing lands: it may wait for long where many share a token. */
const LOOK_MS = 500;

/**
 * Reads until nothing is open, with several requests on their way at once. What the next one asks for is decided when it
 * may start. Answers are stored one after the other, while further requests go out. On the first failure nothing more is
 * asked; what is in flight is stored; then it rejects with that failure.
 */
export const crawl = async (from: Frontier, deps: CrawlDeps): Promise<Frontier> => {
  const bell = createBell();
  const ending = createEnding(deps.signal, bell.ring);
  const landing = createLanding(from, { onLanded: () => ending.unless(deps.checkpointReached), onFailed: ending.atOnce });
  const flights = createFlights({ ...deps, landing, ending });
  const openings = createOpenings({ ...deps, landing, ending });
  const isIdle = (): boolean => flights.count() === 0 && openings.count() === 0;
  const stopLooking = every(deps.clock, () => ending.unless(deps.checkpointReached));

  try {
    while (!ending.hasBegun()) {
      openings.begin(flights);
      if (flights.wantsTurn()) {
        await deps.vk.turn(ending.turns).then(flights.take, ending.begin);
        continue;
      }
      if (isIdle()) {
        if (isFinished(landing.at())) return landing.at();
        throw flights.heldBack() ?? new InternalError('The collection has something open and nothing to ask for.');
      }
      await bell.heard();
    }
  } finally {
    stopLooking();
  }
  const giveUp = deps.clock.after(DRAIN_MS, ending.abort);
  while (!isIdle()) {
    // Only walls are looked for. Others may want to know of them as well: that goes on without this attempt.
    if (flights.count() === 0) ending.abort();
    await bell.heard();
  }
  giveUp();
  throw ending.reason();
};

/** Returns the end of it. */
const every = (clock: Clock, act: () => void): (() => void) => {
  let cancel = (): void => undefined;
  const later = (): void => {
    cancel = clock.after(LOOK_MS, () => {
      later();
      act();
    });
  };
  later();
  return () => cancel();
};
