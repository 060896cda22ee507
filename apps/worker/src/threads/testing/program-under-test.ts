import { threadId } from 'node:worker_threads';

const orders = ['answer', 'spin', 'heed', 'hoard', 'exit', 'fail'] as const;
type Order = (typeof orders)[number];

export type OrderedWork = {
  readonly order: Order;
  /** One Int32 in shared memory, set as soon as a thread has the work. */
  readonly began: Int32Array;
};

type Task = { readonly input: OrderedWork; readonly stop: Int32Array };

/** A thread program, without what makes one: does what it is told, and answers with the number of its thread. */
export const obey = ({ input: { order, began }, stop }: Task): { readonly output: number } | { readonly failed: object } => {
  Atomics.store(began, 0, 1);
  return actions[order](stop) ?? { output: threadId };
};

type Action = (stop: Int32Array) => { readonly failed: object } | undefined;

const actions: Readonly<Record<Order, Action>> = {
  answer: () => undefined,
  spin: () => {
    for (;;);
  },
  heed: (stop) => {
    while (Atomics.load(stop, 0) === 0);
    return undefined;
  },
  hoard: () => {
    const hoard: unknown[] = [];
    for (;;) hoard.push(Array.from({ length: 10_000 }, () => ({ size: hoard.length })));
  },
  exit: () => process.exit(3),
  fail: () => ({ failed: { error: 'RangeError', at: 'here' } }),
};
