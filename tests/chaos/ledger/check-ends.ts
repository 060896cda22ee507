import { isTerminal } from '@otklik/contracts';
import type { SentOrder } from '../load/run-load.ts';
import { type JobRow, readJobs } from './job-rows.ts';
import type { Check, Finding } from './ledger.ts';

/** Every job is at rest, and where it did not succeed, not through a fault of ours. */
export const checkEnds: Check = async ({ query, sent }) => {
  const jobs = await readJobs({ query });
  const orders = new Map(sent.map((one) => [one.order.key, one]));
  const unsuccessful = new Set(jobs.filter(isUnsuccessful).map(({ key }) => key));
  return jobs.flatMap((job): Finding[] => {
    if (!isTerminal(job.state)) return [{ line: 'stuck', jobId: job.id, what: `is ${job.state} in the end` }];
    const order = orders.get(job.key ?? '');
    if (order === undefined || isExpected(job, { order, hasFailedParent: job.isFollowUp && unsuccessful.has(job.key) })) return [];
    return [{ line: 'lost', jobId: job.id, what: `ended as ${job.state} ${job.code ?? ''}, which nothing that was asked for explains` }];
  });
};

const isUnsuccessful = ({ state }: JobRow): boolean => state === 'failed' || state === 'timed_out' || state === 'cancelled';

type Reasons = { readonly order: SentOrder; readonly hasFailedParent: boolean };

const isExpected = (job: JobRow, { order, hasFailedParent }: Reasons): boolean => {
  if (job.state === 'cancelled') return order.wasCancelAsked || hasFailedParent;
  if (job.state === 'timed_out') return order.order.hasSmallTimeout;
  if (job.state === 'failed') return isByVk(job.code) && job.spent >= job.budget;
  return true;
};

/** VK is broken on purpose as well: a job that met it as often as its budget allows has failed rightly. */
export const isByVk = (code: string | null): boolean => code?.startsWith('VK_') === true;
