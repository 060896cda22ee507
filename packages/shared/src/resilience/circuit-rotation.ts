import { EventEmitter } from 'node:events';
import type { Clock } from '../clock/clock.ts';

const BUCKETS = 10;

export type Rotation = {
  readonly emitter: EventEmitter;
  readonly buckets: number;
  /** Drops what is older than the window. */
  catchUp(): void;
  /** Drops everything. */
  clear(): void;
};

/** Moves the window of opossum on when somebody calls, in place of a timer for each breaker. */
export const createRotation = ({ windowMs, clock }: { readonly windowMs: number; readonly clock: Pick<Clock, 'now'> }): Rotation => {
  const emitter = new EventEmitter();
  const bucketMs = windowMs / BUCKETS;
  let rotatedAt = clock.now();
  const rotate = (times: number): void => {
    for (let count = 0; count < Math.min(times, BUCKETS); count += 1) emitter.emit('rotate');
  };
  return {
    emitter,
    buckets: BUCKETS,
    catchUp: (): void => {
      const due = Math.floor((clock.now() - rotatedAt) / bucketMs);
      rotatedAt += due * bucketMs;
      rotate(due);
    },
    clear: (): void => rotate(BUCKETS),
  };
};
