import type { Workers } from '@otklik/queue';
import { type Readiness, withDeadline } from '@otklik/shared';

const PROBE_DEADLINE_MS = 1_500;
const OK = 'ok';

type Deps = {
  readonly pendingMigrations: () => Promise<readonly string[]>;
  readonly workers: Pick<Workers, 'status'>;
  readonly isDraining: () => boolean;
};

/** Whether this process takes jobs: its database is there and up to date, it is connected to its queues, and not on its way out. */
export const makeReadiness =
  ({ pendingMigrations, workers, isDraining }: Deps) =>
  async (): Promise<Readiness> => {
    const database = await withDeadline(pendingMigrations(), PROBE_DEADLINE_MS).then(
      (pending) => (pending.length === 0 ? OK : 'not migrated: npm run migrate'),
      () => 'unavailable',
    );
    const closed = workers.status().filter(({ isOpen }) => !isOpen);
    const queue = closed.length === 0 ? OK : `not open: ${closed.map(({ type }) => type).join(', ')}`;
    const checks = { database, queue, process: isDraining() ? 'draining' : OK };
    return { isReady: Object.values(checks).every((check) => check === OK), checks };
  };
