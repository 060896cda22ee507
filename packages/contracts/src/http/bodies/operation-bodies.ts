import { z } from 'zod';
import { JobType } from '../../jobs/job-registry.ts';
import { Priority } from '../../jobs/job-states.ts';
import { workerStates } from '../../jobs/worker-record.ts';
import { publicIdText } from '../../ids.ts';
import { pageOf } from './page.ts';

const moment = z.iso.datetime();

/** What waits and runs of one type of job. */
export const QueueBody = z
  .object({
    name: JobType,
    paused: z.boolean().describe('Nothing of its type begins until it is resumed; what runs goes on, unless it drains.'),
    pausedAt: moment.nullable(),
    pausedBy: z.string().nullable().describe('Id of the API key that asked for it.'),
    draining: z.boolean().describe('What runs is asked to give its turn back at its next safe point.'),
    concurrency: z
      .int()
      .nullable()
      .describe('Attempts at once in each worker process, as an operator set it; null: what each of them was started with.'),
    running: z.int().describe('Attempts that run, in all workers.'),
    priorities: z.array(
      z.object({
        priority: Priority,
        waiting: z.int().describe('Due and not begun; counting stops at 100,000.'),
        running: z.int(),
        oldestSeconds: z.number().nullable().describe('How long the oldest of the waiting has been due; null when none waits.'),
      }),
    ),
  })
  .meta({
    id: 'Queue',
    examples: [
      {
        name: 'parse',
        paused: false,
        pausedAt: null,
        pausedBy: null,
        draining: false,
        concurrency: 8,
        running: 10,
        priorities: [{ priority: 'normal', waiting: 12, running: 10, oldestSeconds: 4.2 }],
      },
    ],
  });
export type QueueBody = z.output<typeof QueueBody>;

export const QueuePage = pageOf(QueueBody).meta({ id: 'QueuePage' });

/** A worker process as the others know it. */
export const WorkerBody = z
  .object({
    id: publicIdText('worker').describe('Of this run of the process.'),
    name: z.string(),
    host: z.string(),
    pid: z.int(),
    version: z.string(),
    state: z.enum(workerStates).describe('`draining`: on its way out. `silent`: not heard of for a while.'),
    queues: z.array(
      z.object({
        name: JobType,
        concurrency: z.int().describe('Attempts at once.'),
        active: z.int().describe('Attempts that run.'),
        lastConsumedAt: moment.nullable().describe('When a delivery last began or ended; null before the first.'),
      }),
    ),
    startedAt: moment,
    lastSeenAt: moment,
  })
  .meta({
    id: 'Worker',
    examples: [
      {
        id: 'wrk_019ab8bf11d27a4e8c3b5d6f7a8b9c0d',
        name: 'worker-1:4711',
        host: 'worker-1',
        pid: 4711,
        version: '0.1.0',
        state: 'alive',
        queues: [{ name: 'parse', concurrency: 10, active: 3, lastConsumedAt: '2026-11-25T09:00:41.500Z' }],
        startedAt: '2026-11-25T08:00:00.000Z',
        lastSeenAt: '2026-11-25T09:00:42.000Z',
      },
    ],
  });
export type WorkerBody = z.output<typeof WorkerBody>;

export const WorkerPage = pageOf(WorkerBody).meta({ id: 'WorkerPage' });

/** The process answers. */
export const LivenessBody = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness', examples: [{ status: 'ok' }] });

/** Whether the process can take requests, and what keeps it from that. */
export const ReadinessBody = z
  .object({
    status: z.enum(['ok', 'unavailable']),
    checks: z.record(z.string(), z.string()).describe('What was looked at; `ok`, or what is wrong with it.'),
  })
  .meta({ id: 'Readiness', examples: [{ status: 'ok', checks: { database: 'ok', process: 'ok' } }] });
