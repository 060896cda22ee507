import type { FaultKind } from '../plan/fault-specs.ts';
import type { MakeFault } from './fault.ts';
import { apiKilled, apiStopped, restartedOneByOne, workerStopped } from './process-faults.ts';
import {
  halfOpen,
  postgresHeld,
  postgresKilled,
  queueLost,
  redisFlushed,
  redisFrozen,
  redisFull,
  redisKilled,
  redisReadOnly,
  refused,
  reset,
} from './store-faults.ts';

/** How each kind is made. */
export const faults: Readonly<Record<FaultKind, MakeFault>> = {
  'redis-refuse': refused('queue'),
  'redis-reset': reset('queue'),
  'redis-half-open': halfOpen('queue'),
  'redis-freeze': redisFrozen,
  'redis-flush': redisFlushed,
  'redis-oom': redisFull,
  'redis-read-only': redisReadOnly,
  'redis-kill': redisKilled,
  'queue-loss': queueLost,
  'postgres-refuse': refused('postgres'),
  'postgres-reset': reset('postgres'),
  'postgres-half-open': halfOpen('postgres'),
  'postgres-kill': postgresKilled,
  'postgres-held': postgresHeld,
  'worker-stop': workerStopped,
  'api-kill': apiKilled,
  'api-stop': apiStopped,
  'rolling-restart': restartedOneByOne,
};
