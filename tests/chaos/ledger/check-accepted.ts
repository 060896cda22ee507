import { publicId } from '@otklik/contracts';
import type { SentOrder } from '../load/run-load.ts';
import { type JobRow, readJobs } from './job-rows.ts';
import type { Check, Finding } from './ledger.ts';

/** What was answered with 202 is there, with its follow-ups, once; and nothing is there that nobody asked for. */
export const checkAccepted: Check = async ({ query, sent }) => {
  const jobs = await readJobs({ query });
  const byKey = Map.groupBy(jobs, ({ key }) => key ?? '');
  const known = new Set(sent.map(({ order }) => order.key));
  const unasked = jobs.filter(({ key }) => !known.has(key ?? ''));
  return [
    ...sent.flatMap((one) => checkOrder(one, byKey.get(one.order.key) ?? [])),
    ...unasked.map(({ id }): Finding => ({ line: 'duplicated', jobId: id, what: 'nobody submitted it' })),
  ];
};

const checkOrder = ({ order, acceptedAs }: SentOrder, rows: readonly JobRow[]): readonly Finding[] => {
  const findings: Finding[] = [];
  const ids = [...new Set(acceptedAs)].map((text) => publicId('job').parse(text));
  if (ids.length > 1)
    findings.push({ line: 'duplicated', jobId: ids[1] ?? '', what: `the key ${order.key} was answered with ${ids.length} jobs` });
  for (const id of ids)
    if (!rows.some((row) => row.id === id))
      findings.push({ line: 'lost', jobId: id, what: `was accepted for ${order.key} and is not there` });
  const root = rows[0]?.id;
  // What was never accepted may be there whole: the answer can be lost. Half of it may not.
  const isExplained = rows.length === 0 && ids.length === 0;
  if (!isExplained && rows.length !== order.rows) {
    const what = `${order.key} made ${rows.length} rows instead of ${order.rows}`;
    findings.push({ line: rows.length < order.rows ? 'lost' : 'duplicated', what, ...(root && { jobId: root }) });
  }
  return findings;
};
