import { describe, expect, test } from '@jest/globals';
import type { JobBody } from './api-client.ts';
import { createProgressView } from './progress-view.ts';

const aJob = (more: Partial<JobBody> = {}): JobBody => ({
  id: 'job_1',
  type: 'parse',
  state: 'running',
  progress: { stage: 'comments', done: 5, total: 10, unit: 'posts', message: '50 comments of 5 posts' },
  waitingFor: null,
  ...more,
});

const view = (isTerminal: boolean, columns = 100) => {
  const written: string[] = [];
  return { written, view: createProgressView({ isTerminal, columns, write: (text) => written.push(text) }) };
};

describe('the progress of the demo', () => {
  test('when it is shown in a terminal, then the bar fills and is drawn over itself', () => {
    const { written, view: bars } = view(true);
    bars.show([aJob()]);
    bars.show([aJob({ state: 'succeeded' })]);
    expect(written[0]).toContain(`${'█'.repeat(12)}${'░'.repeat(12)} running    50 comments of 5 posts\n`);
    expect(written[1]).toContain(`\x1b[1A`);
    expect(written[1]).toContain(`✔ parse    ${'█'.repeat(24)} succeeded  50 comments of 5 posts\n`);
  });

  test('when the terminal is narrow, then a line never wraps, or the next one would be drawn over the wrong place', () => {
    const { written, view: bars } = view(true, 40);
    bars.show([aJob()]);
    const [line = ''] = written.join('').replace('\x1b[2K', '').split('\n');
    expect(line.length).toBeLessThan(40);
  });

  test('when it is not a terminal, then there is one line for each change of state', () => {
    const { written, view: lines } = view(false);
    lines.show([aJob()]);
    lines.show([aJob({ progress: null })]);
    lines.show([aJob({ state: 'failed', error: { code: 'VK_API', message: 'The page was deleted or banned.' } })]);
    expect(written).toHaveLength(2);
    expect(written[1]).toContain('The page was deleted or banned.');
  });
});
