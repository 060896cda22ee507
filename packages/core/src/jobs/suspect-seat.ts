import type { JobMoves, QueueMessage } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';

/** A delivery, as far as this is about it. */
export type Delivered = Pick<QueueMessage, 'jobId' | 'generation'> & {
  /** The queue has delivered it before, to a worker that went silent. */
  readonly isAgain?: boolean;
};

type Deps = {
  readonly jobs: Pick<JobMoves, 'isSuspect' | 'standBack'>;
  readonly logger: Logger;
  /** How long a suspect stays away that found the seat taken. */
  readonly delayMs: number;
};

/**
 * Where a job may run: `anywhere`; on the one `seat` of this process, which it must leave in the end; or not here, not now.
 */
export type Seating = { readonly kind: 'anywhere' | 'full' } | { readonly kind: 'seat'; readonly leave: () => void };

/**
 * Keeps jobs apart that may take their process with them. When a process dies, the one that did it can't be told from those
 * that ran beside it: all of them are suspects, and of suspects a process runs one at a time. So the guilty one meets
 * nobody a second time, while jobs that are above suspicion run beside it as always.
 */
export const makeTakeSeat = ({ jobs, logger, delayMs }: Deps) => {
  let isTaken = false;
  const leave = (): void => {
    isTaken = false;
  };

  return async ({ jobId, generation, isAgain = false }: Delivered): Promise<Seating> => {
    // A lost attempt raises the generation, or its delivery comes again: nobody asks about a job that is new.
    if (generation === 1 && !isAgain) return { kind: 'anywhere' };
    if (!(await jobs.isSuspect(jobId))) return { kind: 'anywhere' };
    if (!isTaken) {
      isTaken = true;
      logger.info('a job whose worker vanished before runs apart from others like it');
      return { kind: 'seat', leave };
    }
    await jobs.standBack({ jobId, generation, delayMs });
    return { kind: 'full' };
  };
};
