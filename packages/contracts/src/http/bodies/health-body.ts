import { z } from 'zod';
import { JobType } from '../../jobs/job-registry.ts';
import { workerStates } from '../../jobs/worker-record.ts';

/** `degraded`: jobs are accepted and something needs a person. `unavailable`: nothing can be accepted. */
export const healthStates = ['ok', 'degraded', 'unavailable'] as const;
export const HealthState = z.enum(healthStates);
export type HealthState = z.output<typeof HealthState>;

const Dependency = z.object({
  status: HealthState,
  latencyMs: z.number().nullable().describe('Of one small question; null when it was not answered in time.'),
  version: z.string().nullable(),
  detail: z.string().nullable().describe('What is wrong with it.'),
});
export type Dependency = z.output<typeof Dependency>;

/** Everything that an operator looks at first. */
export const HealthBody = z
  .object({
    status: HealthState,
    version: z.string().describe('Of this program.'),
    uptimeSeconds: z.number(),
    isDraining: z.boolean().describe('It is on its way out and wants no more requests.'),
    dependencies: z.object({ database: Dependency, queue: Dependency, cache: Dependency.optional() }),
    queues: z
      .array(
        z.object({
          name: JobType,
          status: HealthState,
          paused: z.boolean(),
          waiting: z.int(),
          running: z.int(),
          oldestSeconds: z.number().nullable(),
          workers: z.int().describe('Processes that take its jobs.'),
          lastConsumedAt: z.iso.datetime().nullable().describe('When any of the workers last began or ended a delivery.'),
        }),
      )
      .nullable()
      .describe('null: not known, for the database does not answer.'),
    workers: z.record(z.enum(workerStates), z.int()).nullable(),
  })
  .meta({
    id: 'Health',
    examples: [
      {
        status: 'ok',
        version: '0.1.0',
        uptimeSeconds: 86_400,
        isDraining: false,
        dependencies: {
          database: { status: 'ok', latencyMs: 0.8, version: '18.4', detail: null },
          queue: { status: 'ok', latencyMs: 0.4, version: 'redis 7.4.9', detail: null },
        },
        queues: [
          {
            name: 'parse',
            status: 'ok',
            paused: false,
            waiting: 12,
            running: 10,
            oldestSeconds: 4.2,
            workers: 2,
            lastConsumedAt: '2026-11-25T09:00:41.500Z',
          },
        ],
        workers: { alive: 2, draining: 0, silent: 0 },
      },
    ],
  });
export type HealthBody = z.output<typeof HealthBody>;
