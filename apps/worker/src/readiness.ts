import type { Workers } from '@otklik/queue';
import { READY, type Readiness, checkDraining, checkMigrations, readinessOf } from '@otklik/shared';

type Deps = {
  readonly pendingMigrations: () => Promise<readonly string[]>;
  readonly workers: Pick<Workers, 'status'>;
  readonly isDraining: () => boolean;
};

/** Whether this process takes jobs: its database is there and up to date, it is connected to its queues, and not on its way out. */
export const makeReadiness =
  ({ pendingMigrations, workers, isDraining }: Deps) =>
  async (): Promise<Readiness> => {
    const database = await checkMigrations(pendingMigrations);
    const closed = workers.status().filter(({ isOpen }) => !isOpen);
    const queue = closed.length === 0 ? READY : `not open: ${closed.map(({ type }) => type).join(', ')}`;
    return readinessOf({ database, queue, process: checkDraining(isDraining()) });
  };
