import type { Clock } from '../clock/clock.ts';
import { Shutdown } from '../errors/control-errors.ts';
import type { PaceLimit, PacingTurn } from './pacing.ts';
import { TOLERATED_LATE_MS, presumedLateMs } from './rhythm.ts';
import type { NoSlotYet, Slot } from './slots.ts';
import { type Waiter, createWaiters } from './waiters.ts';

/** Those of one process who wait for turns of one key. */
export type Lane = {
  turn(limit: PaceLimit, signal: AbortSignal): Promise<PacingTurn>;
  /** There may be a slot earlier than was said. */
  nudge(): void;
  close(): void;
};

type Deps = {
  readonly take: (limit: PaceLimit) => Promise<Slot | NoSlotYet>;
  readonly clock: Clock;
  readonly onIdle: () => void;
  /** A slot was given back, maybe long after this lane had become idle. */
  readonly onGivenBack: () => void;
};

/** Asks for slots on behalf of the one who has waited longest: a thousand who wait ask the store no more often than one. */
export const createLane = ({ take, clock, onIdle, onGivenBack }: Deps): Lane => {
  const nap = createNap(clock);
  const waiters = createWaiters({ onEmpty: nap.end });
  let isServing = false;

  const serveNext = async (limit: PaceLimit): Promise<void> => {
    const answer = await take(limit);
    if (answer.kind === 'later') return nap.sleep(answer.ms);
    const waiter = waiters.shift();
    if (waiter === undefined) return void answer.giveBack();
    // The next one may have a slot before this one's time: they do not wait for each other.
    void start({ waiter, slot: answer, clock, onGivenBack });
  };
  const serve = async (): Promise<void> => {
    isServing = true;
    for (let limit = waiters.nextLimit(); limit !== undefined; limit = waiters.nextLimit())
      await serveNext(limit).catch((thrown: unknown) => waiters.shift()?.reject(thrown));
    isServing = false;
    onIdle();
  };
  return {
    turn: (limit, signal) => {
      const turn = waiters.add(limit, signal);
      if (!isServing) void serve();
      return turn;
    },
    nudge: nap.end,
    close: () => {
      waiters.refuseAll(new Shutdown('Requests are not paced any more.'));
      nap.end();
    },
  };
};

type Start = { readonly waiter: Waiter; readonly slot: Slot; readonly clock: Clock; readonly onGivenBack: () => void };

const start = async ({ waiter, slot, clock, onGivenBack }: Start): Promise<void> => {
  let isGivenBack = false;
  const started = (): void => {
    const lateMs = clock.now() - slot.at;
    if (lateMs > TOLERATED_LATE_MS && !isGivenBack) slot.late(presumedLateMs(lateMs));
  };
  const giveBack = (): void => {
    if (isGivenBack) return;
    isGivenBack = true;
    void slot.giveBack().then(onGivenBack);
  };
  try {
    await until(slot.at, clock, waiter.signal);
    started();
    waiter.resolve({ started, giveBack });
  } catch (thrown) {
    giveBack();
    waiter.reject(thrown);
  }
};

/** A timer fires late by a millisecond or two, and the more the longer it is. */
const SPARE_MS = 2;
/** Nearer than a timer can tell. */
const NOW_MS = 0.2;

/** Sleeps in one long and some short timers. */
const until = async (at: number, clock: Clock, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  for (let left = at - clock.now(); left > NOW_MS; left = at - clock.now())
    await clock.sleep(left > 2 * SPARE_MS ? left - SPARE_MS : Math.min(left, 1), signal);
};

/** A sleep that others may end; also the one that comes next, when nobody sleeps just now. */
const createNap = (clock: Clock) => {
  let wake: (() => void) | undefined;
  let isEnded = false;
  return {
    sleep: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const cancel = clock.after(isEnded ? 0 : ms, () => {
          wake = undefined;
          resolve();
        });
        isEnded = false;
        wake = (): void => {
          cancel();
          wake = undefined;
          resolve();
        };
      }),
    end: (): void => {
      if (wake === undefined) isEnded = true;
      else wake();
    },
  };
};
