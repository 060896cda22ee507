import { runProcess } from '@otklik/testing';
import { workerNodeArgs } from '@otklik/worker';
import { z } from 'zod';

/** Jobs that each contestant does before the clock runs. */
export const WARM_UP = 20_000;

/** Nobody needs more of what it says on stderr than the end. */
const MAX_LINES = 50;

type Run = {
  /** Name of its program. */
  readonly program: 'platform' | 'bullmq' | 'pg-boss' | 'graphile-worker';
  readonly args: readonly string[];
  readonly amount: number;
  /** Where its log goes. */
  readonly logFile: string;
};

const Measured = z.object({ measuredMs: z.number(), began: z.int(), different: z.int() });

/**
 * Starts a contestant, lets it warm up, measures it once, and ends it. Answers the milliseconds that it measured itself.
 * Throws when a job of it began twice or not at all.
 */
export const runContestant = async ({ program, args, amount, logFile }: Run): Promise<number> => {
  const counts = ['--amount', String(amount), '--warm-up', String(WARM_UP)];
  const module = `bench/src/jobs/contestants/${program}-main.ts`;
  // As it is started for those who run it; the peers as Node comes.
  const nodeArgs = program === 'platform' ? workerNodeArgs : [];
  const child = runProcess({ module, nodeArgs, args: [...args, ...counts], stdoutFile: logFile, maxLines: MAX_LINES });
  try {
    await child.waitForLine(/^ready$/, { timeoutMs: 60_000 });
    child.signal('SIGUSR2');
    const line = await child.waitForLine(/"measuredMs"/, { timeoutMs: 120_000 });
    const { measuredMs, began, different } = Measured.parse(JSON.parse(line));
    const expected = WARM_UP + amount;
    if (began !== expected || different !== expected)
      throw new Error(`${program}: ${expected} jobs were inserted, ${began} began, ${different} of them different ones.`);
    return measuredMs;
  } finally {
    await child.kill();
  }
};
