import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { REPO_ROOT, type RunProcessOptions, type RunningProcess, runProcess, waitFor } from '@otklik/testing';
import { z } from 'zod';

const PROBE = pathToFileURL(join(REPO_ROOT, 'bench/src/memory/memory-probe.ts')).href;

const Told = z.object({ memory: z.object({ rss: z.number(), heapUsed: z.number(), external: z.number() }) });

/** Megabytes of a process after garbage was collected: of the whole process, and of JavaScript's heap. */
export type MemorySample = { readonly rssMb: number; readonly heapMb: number };

export type ProbedProcess = RunningProcess & { memory(): Promise<MemorySample> };

/** Starts a program with the probe in it. It must keep its stderr here. */
export const runProbed = (options: RunProcessOptions): ProbedProcess => {
  const process = runProcess({ ...options, env: { ...options.env, NODE_OPTIONS: `--expose-gc --import ${PROBE}` } });
  const told = (): readonly string[] => process.lines.filter((line) => line.startsWith('{"memory"'));
  return {
    ...process,
    memory: async () => {
      const before = told().at(-1);
      process.signal('SIGUSR2');
      const line = await waitFor(() => told().findLast((one) => one !== before), { timeoutMs: 30_000, what: 'the memory of a process' });
      const { rss, heapUsed } = Told.parse(JSON.parse(line)).memory;
      return { rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 };
    },
  };
};
