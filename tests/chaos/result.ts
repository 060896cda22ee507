import type { Finding } from './ledger/ledger.ts';

/** The last line of a run. */
export type ChaosResult = {
  /** Rows that clients were promised, with their follow-ups. */
  readonly jobs: number;
  /** Those that took a job from a worker. */
  readonly kills: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly stuck: number;
  readonly seconds: number;
};

type Made = Pick<ChaosResult, 'jobs' | 'kills' | 'seconds'> & { readonly findings: readonly Finding[] };

export const makeResult = ({ jobs, kills, seconds, findings }: Made): ChaosResult => {
  const count = (line: Finding['line']): number => findings.filter((finding) => finding.line === line).length;
  return {
    jobs,
    kills,
    lost: count('lost'),
    duplicated: count('duplicated'),
    stuck: count('stuck'),
    seconds: Math.round(seconds * 10) / 10,
  };
};

/** Nothing is amiss, and there were as many kills as were asked for. */
export const isPassed = ({ lost, duplicated, stuck, kills }: ChaosResult, asked: { readonly kills: number }): boolean =>
  lost + duplicated + stuck === 0 && kills >= asked.kills;
