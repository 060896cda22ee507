import type { JobType } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';

/** So many looks make up the time of suspicion. Counted, not timed: a process that stood still has not looked. */
const LOOKS = 6;
/** Opening anew has mended every deafness seen so far; what it does not mend is the process's own. */
const MAX_RENEWALS = 2;

type Deps = {
  readonly type: JobType;
  /** There are free slots. */
  readonly hasRoom: () => boolean;
  /** How many deliveries were taken so far. */
  readonly taken: () => number;
  /** Deliveries wait that could be taken. Rejects while the store can't be asked. */
  readonly hasBacklog: () => Promise<boolean>;
  /** Opens the worker anew; resolves when that is under way. */
  readonly renew: () => Promise<void>;
  /** Told when that did not help; undefined: it is opened anew again and again. */
  readonly giveUp: ((reason: string) => void) | undefined;
  readonly suspicionMs: number;
  readonly logger: Logger;
};

export type ConsumptionWatch = { stop(): void };

/**
 * Looks whether a worker takes what it could. A ping proves nothing: workers have been seen connected and deaf. One that
 * takes nothing for `suspicionMs` is opened anew, twice; then it is given up. A store that does not answer is known
 * trouble of another kind, and is waited for.
 */
export const watchConsumption = (deps: Deps): ConsumptionWatch => {
  const { type, taken, renew, giveUp, suspicionMs, logger } = deps;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let lastTaken = taken();
  let looksInVain = 0;
  let renewals = 0;

  const mend = async (): Promise<void> => {
    if (renewals >= MAX_RENEWALS && giveUp !== undefined)
      return giveUp(`the worker for ${type} takes nothing, also after it was opened anew`);
    renewals += 1;
    logger.warn('the worker takes nothing and is opened anew', { type, renewal: renewals });
    await renew();
  };
  const look = async (): Promise<void> => {
    const isIdleInVain = deps.hasRoom() && (await deps.hasBacklog().catch(() => false));
    if (taken() !== lastTaken) renewals = 0;
    looksInVain = isIdleInVain && taken() === lastTaken ? looksInVain + 1 : 0;
    lastTaken = taken();
    if (looksInVain <= LOOKS || isStopped) return;
    looksInVain = 0;
    await mend();
  };
  const lookLater = (): void => {
    if (!isStopped) timer = setTimeout(() => void look().finally(lookLater), suspicionMs / LOOKS).unref();
  };
  lookLater();

  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
