import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { runApp, untilAborted } from '@otklik/shared';
import { type Tally, createTally } from './tally.ts';

/** What a contestant is told by its command line. */
export type ContestantOptions = {
  /** Of PostgreSQL. */
  readonly database: string;
  readonly redis: string;
  readonly workspace: string;
  /** With the options that its documentation has for bursts. */
  readonly isBurst: boolean;
};

/** One way of doing jobs that do nothing: workers that wait for them, and the bulk insert that brings them. */
export type Contestant = {
  /** Puts so many jobs into the store, as many at a time as suits it best. */
  insert(amount: number): Promise<void>;
  /** Resolves when the store has recorded the end of every job that was ever inserted; all of them have begun. */
  allRecorded(total: number): Promise<void>;
  close(): Promise<void>;
};

/** Opens a contestant; every job that begins is told to the tally. */
export type OpenContestant = (options: ContestantOptions, tally: Tally) => Promise<Contestant>;

/**
 * The process of a contestant. It warms up, writes `ready`, waits for SIGUSR2, and writes what it measured: milliseconds from
 * before the insert of the first job to the recorded end of the last, inserting included. On stderr: stdout is for logs.
 */
export const serveContestant = (open: OpenContestant): Promise<void> =>
  runApp({
    main: async (stop) => {
      const { amount, warmUp, ...options } = readArguments();
      const tally = createTally();
      const contestant = await open(options, tally);
      const work = async (jobs: number): Promise<number> => {
        const total = tally.began() + jobs;
        const startedAt = performance.now();
        await contestant.insert(jobs);
        await tally.reached(total);
        await contestant.allRecorded(total);
        return performance.now() - startedAt;
      };
      if (warmUp > 0) await work(warmUp);
      const go = once(process, 'SIGUSR2');
      process.stderr.write('ready\n');
      await go;
      const ms = await work(amount);
      process.stderr.write(`${JSON.stringify({ measuredMs: ms, began: tally.began(), different: tally.different() })}\n`);
      await untilAborted(stop);
      await contestant.close();
    },
  });

const readArguments = () => {
  const text = { type: 'string', default: '' } as const;
  const { values } = parseArgs({
    options: { database: text, redis: text, workspace: text, amount: text, 'warm-up': text, burst: { type: 'boolean', default: false } },
  });
  const { database, redis, workspace } = values;
  return { database, redis, workspace, isBurst: values.burst, amount: Number(values.amount), warmUp: Number(values['warm-up']) };
};
