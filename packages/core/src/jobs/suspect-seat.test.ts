import { describe, expect, test } from '@jest/globals';
import { silentLogger } from '@otklik/shared';
import { makeTakeSeat } from './suspect-seat.ts';

const build = (suspects: readonly string[]) => {
  const asked: string[] = [];
  const stoodBack: unknown[] = [];
  const takeSeat = makeTakeSeat({
    jobs: {
      isSuspect: async (jobId) => {
        asked.push(jobId);
        return suspects.includes(jobId);
      },
      standBack: async (input) => void stoodBack.push(input),
    },
    logger: silentLogger,
    delayMs: 1_000,
  });
  return { takeSeat, asked, stoodBack };
};

describe('the seat for jobs whose worker vanished', () => {
  test('when a job is new, then nobody asks about it', async () => {
    const { takeSeat, asked } = build(['a']);
    expect(await takeSeat({ jobId: 'a', generation: 1 })).toEqual({ kind: 'anywhere' });
    expect(asked).toEqual([]);
  });

  test('when one suspect runs, then the next one stands back until it has left, whichever way it came, and others pass', async () => {
    const { takeSeat, stoodBack } = build(['a', 'b']);
    const first = await takeSeat({ jobId: 'a', generation: 2 });
    expect(await takeSeat({ jobId: 'c', generation: 5 })).toEqual({ kind: 'anywhere' });
    expect(await takeSeat({ jobId: 'b', generation: 1, isAgain: true })).toEqual({ kind: 'full' });
    expect(stoodBack).toEqual([{ jobId: 'b', generation: 1, delayMs: 1_000 }]);
    if (first.kind === 'seat') first.leave();
    expect(await takeSeat({ jobId: 'b', generation: 2 })).toMatchObject({ kind: 'seat' });
  });
});
