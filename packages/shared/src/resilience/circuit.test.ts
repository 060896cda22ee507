import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CircuitOpenError } from '../errors/upstream-errors.ts';
import type { CircuitChange } from './circuit-limits.ts';
import { type Circuit, type CircuitOptions, type Verdict, createCircuit } from './circuit.ts';

class Fault extends Error {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super(verdict);
    this.verdict = verdict;
  }
}

const judge = (thrown: unknown): Verdict => (thrown instanceof Fault ? thrown.verdict : 'unknown');

describe('a circuit', () => {
  let circuit: Circuit;
  let changes: CircuitChange[];
  const make = (more: Partial<CircuitOptions> = {}): Circuit =>
    createCircuit({ name: 'The shop', judge, random: () => 0, onChange: (change) => void changes.push(change), ...more });

  beforeEach(() => {
    jest.useFakeTimers();
    changes = [];
    circuit = make();
  });
  afterEach(() => {
    circuit.close();
    jest.useRealTimers();
  });

  const answer = (): Promise<string> => circuit.run(async () => 'answer');
  const end = (verdict: Verdict): Promise<unknown> =>
    circuit.run(() => Promise.reject(new Fault(verdict))).catch((thrown: unknown) => thrown);
  const endMany = async (verdict: Verdict, times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) await end(verdict);
  };
  const open = (): Promise<void> => endMany('failed', 5);
  const states = (): readonly string[] => changes.map(({ to }) => to);
  /** A call that ends when the test says so. */
  const held = () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const ended = circuit.run(() => promise).catch((thrown: unknown) => thrown);
    return { ended, resolve, reject };
  };

  test('when calls are answered or fail now and then, then outcomes pass through unchanged', async () => {
    expect(await answer()).toBe('answer');
    for (let round = 0; round < 20; round += 1) {
      expect(await end('failed')).toMatchObject({ message: 'failed' });
      await answer();
      await answer();
    }
    expect(circuit.state()).toBe('closed');
    expect(changes).toEqual([]);
  });

  test('when five calls in a row fail, then the next ones are refused without being made, and are told how long', async () => {
    await endMany('failed', 4);
    expect(circuit.state()).toBe('closed');
    await end('failed');
    expect(circuit.state()).toBe('open');
    await jest.advanceTimersByTimeAsync(2_000);
    const call = jest.fn(async () => 'answer');
    const refused: unknown = await circuit.run(call).catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(CircuitOpenError);
    expect(refused).toMatchObject({ code: 'CIRCUIT_OPEN', retryAfterMs: 3_000, message: expect.stringContaining('The shop') });
    expect(call).not.toHaveBeenCalled();
    expect(() => circuit.check()).toThrow(CircuitOpenError);
  });

  test('when an answer comes between failures, then they are not in a row, however many were answered before', async () => {
    for (let count = 0; count < 100; count += 1) await answer();
    await endMany('failed', 4);
    await end('answered');
    await endMany('failed', 4);
    expect(circuit.state()).toBe('closed');
    await end('failed');
    expect(circuit.state()).toBe('open');
  });

  test('when most of the last ten calls were troubled, then it opens; a few in a row are not enough', async () => {
    await endMany('troubled', 9);
    expect(circuit.state()).toBe('closed');
    await end('troubled');
    expect(circuit.state()).toBe('open');
  });

  test('when failures are older than the window, then they do not count in the share', async () => {
    await endMany('troubled', 9);
    await jest.advanceTimersByTimeAsync(25_000);
    await endMany('troubled', 9);
    expect(circuit.state()).toBe('closed');
  });

  test.each(['answered', 'unknown'] as const)('when calls end as "%s", then they never open it', async (verdict) => {
    await endMany(verdict, 50);
    expect(circuit.state()).toBe('closed');
  });

  test('when its time is over, then one call is the probe, the others are refused, and an answer closes it', async () => {
    await open();
    await jest.advanceTimersByTimeAsync(5_000);
    expect([circuit.state(), circuit.retryAfterMs()]).toEqual(['half_open', 0]);
    const probe = held();
    await expect(answer()).rejects.toMatchObject({ code: 'CIRCUIT_OPEN', retryAfterMs: 5_000 });
    probe.resolve('answer');
    expect(await probe.ended).toBe('answer');
    expect(await answer()).toBe('answer');
    expect(states()).toEqual(['open', 'half_open', 'closed']);
  });

  test('when probes fail, then the pause doubles up to its limit, and begins anew after an answer', async () => {
    await open();
    for (const pauseMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      expect(circuit.retryAfterMs()).toBe(pauseMs);
      await jest.advanceTimersByTimeAsync(pauseMs - 1);
      expect(circuit.state()).toBe('open');
      await jest.advanceTimersByTimeAsync(1);
      await end('troubled');
    }
    await jest.advanceTimersByTimeAsync(60_000);
    await answer();
    await open();
    expect(circuit.retryAfterMs()).toBe(5_000);
  });

  test('when it has closed, then failures of before count no more', async () => {
    circuit.close();
    circuit = make({ limits: { windowMs: 60_000 } });
    await endMany('troubled', 10);
    await jest.advanceTimersByTimeAsync(5_000);
    await answer();
    await endMany('troubled', 5);
    expect(circuit.state()).toBe('closed');
  });

  test('when the probe is given up by its caller, then the next call is the probe, and nobody is told of it', async () => {
    await open();
    await jest.advanceTimersByTimeAsync(5_000);
    const probe = held();
    probe.reject(new Error('the job was cancelled'));
    expect(await probe.ended).toMatchObject({ message: 'the job was cancelled' });
    await jest.advanceTimersByTimeAsync(1);
    expect(await answer()).toBe('answer');
    expect(states()).toEqual(['open', 'half_open', 'closed']);
  });

  test('when many open at once, then their probes are spread', async () => {
    const pauses = new Set<number>();
    for (let count = 0; count < 20; count += 1) {
      circuit.close();
      circuit = createCircuit({ name: 'The shop', judge });
      await open();
      pauses.add(circuit.retryAfterMs());
      expect(circuit.retryAfterMs()).toBeGreaterThanOrEqual(4_000);
    }
    expect(pauses.size).toBeGreaterThan(10);
  });

  test('when it is closed for good, then it has no timer left and calls pass', async () => {
    await open();
    circuit.close();
    expect(jest.getTimerCount()).toBe(0);
    expect(await answer()).toBe('answer');
    expect(await end('failed')).toMatchObject({ message: 'failed' });
  });
});
