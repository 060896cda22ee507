import { isTerminal } from '@otklik/contracts';
import type { JobBody } from './api-client.ts';

/** Where progress is shown. */
export type Screen = {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): void;
};

export type ProgressView = {
  /** Shows the jobs as they are now. */
  show(jobs: readonly JobBody[]): void;
};

const BAR = 24;
const marks: Readonly<Record<string, string>> = { succeeded: '✔', failed: '✖', timed_out: '✖', cancelled: '✖' };

/** Bars that redraw themselves in a terminal; elsewhere a line whenever a job changes its state. */
export const createProgressView = (screen: Screen): ProgressView => (screen.isTerminal ? createBars(screen) : createLines(screen));

const createBars = (screen: Screen): ProgressView => {
  let drawn = 0;
  return {
    show: (jobs) => {
      const up = drawn > 0 ? `\x1b[${drawn}A` : '';
      const lines = jobs.map((job) => `\x1b[2K${lineOf(job).slice(0, screen.columns - 1)}\n`);
      screen.write(up + lines.join(''));
      drawn = jobs.length;
    },
  };
};

const createLines = (screen: Screen): ProgressView => {
  const shown = new Map<string, string>();
  return {
    show: (jobs) => {
      for (const job of jobs) {
        if (shown.get(job.id) === job.state) continue;
        shown.set(job.id, job.state);
        screen.write(`${lineOf(job)}\n`);
      }
    },
  };
};

const lineOf = (job: JobBody): string => {
  const name = job.type.padEnd(8);
  const mark = marks[job.state] ?? '·';
  return `  ${mark} ${name} ${barOf(job)} ${job.state.padEnd(10)} ${messageOf(job)}`.trimEnd();
};

const barOf = ({ state, progress }: JobBody): string => {
  const share = state === 'succeeded' ? 1 : shareOf(progress);
  const filled = Math.round(share * BAR);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
};

const shareOf = (progress: JobBody['progress']): number =>
  progress === null || progress.total === null || progress.total === 0 ? 0 : Math.min(1, progress.done / progress.total);

const messageOf = (job: JobBody): string => {
  if (job.error !== null && job.error !== undefined) return job.error.message;
  if (isTerminal(job.state) || job.state === 'running') return job.progress?.message ?? '';
  return job.waitingFor?.detail ?? '';
};
