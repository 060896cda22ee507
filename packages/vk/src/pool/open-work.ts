import type { NextStep } from './next-step.ts';
import type { CallEnd, PoolCall } from './pool-call.ts';

/** A call on its way. */
export type Item<T> = {
  readonly index: number;
  readonly call: PoolCall<T>;
  tries: number;
  /** Ids of the tokens that may not read what it asks for. */
  readonly deniedTo: Set<string>;
  /** Calls of the order that were answered when its first try was spent. */
  answeredBefore?: number;
  /** The last fault of its own. */
  fault: unknown;
};

/** The calls of one order that are not answered yet, in the batches in which they are to be asked. */
export type Work<T> = {
  /** Empty: all is done. */
  next(): readonly Item<T>[];
  /** To be asked next, unchanged. */
  putBack(items: readonly Item<T>[]): void;
  answered(item: Item<T>, value: T): void;
  /** `retry_apart`: a try is spent, and the last one each on its own: one of them may be what makes the others fail. */
  failed(items: readonly Item<T>[], step: NextStep | 'retry_apart', fault: unknown): void;
  /** Those that are not answered. What one had failed by gives way. */
  giveUp(items: readonly Item<T>[], error: unknown): void;
  /** These, and all that wait. */
  takeAll(items: readonly Item<T>[]): readonly Item<T>[];
  isOver(): boolean;
  ends(): readonly CallEnd<T>[];
};

/** `tries`: of one call whose fault may pass by itself. */
export const createWork = <T>(calls: readonly PoolCall<T>[], tries: number): Work<T> => {
  const { ends, answers, answered, giveUp } = createEnds<T>();
  let batches: (readonly Item<T>[])[] = [calls.map((call, index) => ({ index, call, tries: 0, deniedTo: new Set(), fault: undefined }))];

  const putBack = (items: readonly Item<T>[]): void => {
    if (items.length > 0) batches.unshift(items);
  };
  /** Those that have a try left. */
  const spendTry = (items: readonly Item<T>[], fault: unknown): readonly Item<T>[] => {
    for (const item of items) {
      item.tries += 1;
      item.answeredBefore ??= answers();
    }
    giveUp(
      items.filter((item) => item.tries >= tries),
      fault,
    );
    return items.filter((item) => item.tries < tries);
  };
  const retryApart = (items: readonly Item<T>[], fault: unknown): void => {
    const more = spendTry(items, fault);
    const isLast = more.some((item) => item.tries === tries - 1);
    batches.push(...(isLast ? more.map((item) => [item]) : [more]));
  };
  const steps: Readonly<Record<NextStep | 'retry_apart', (items: readonly Item<T>[], fault: unknown) => void>> = {
    again: putBack,
    halve: (items) => void batches.unshift(...halvesOf(items)),
    retry: (items, fault) => void batches.push(spendTry(items, fault)),
    retry_apart: retryApart,
    give_up: giveUp,
  };
  return {
    next: () => {
      batches = batches.filter((batch) => batch.length > 0);
      return batches.shift() ?? [];
    },
    putBack,
    answered,
    failed: (items, step, fault) => {
      for (const item of items) item.fault = fault;
      steps[step](items, fault);
    },
    giveUp,
    takeAll: (items) => [...new Set([...items, ...batches.splice(0).flat()])],
    isOver: () => batches.every((batch) => batch.length === 0),
    ends,
  };
};

/** How the calls of the order ended, in their order. */
const createEnds = <T>() => {
  const ends: CallEnd<T>[] = [];
  let answers = 0;
  return {
    ends: (): readonly CallEnd<T>[] => ends,
    answers: (): number => answers,
    answered: ({ index }: Item<T>, value: T): void => {
      answers += 1;
      ends[index] = { value };
    },
    giveUp: (items: readonly Item<T>[], error: unknown): void => {
      for (const { index, fault, answeredBefore = answers } of items) {
        const end = ends[index];
        if (end === undefined || 'error' in end) ends[index] = { error, fault, isItsOwn: answers > answeredBefore };
      }
    },
  };
};

const halvesOf = <T>(items: readonly T[]): readonly (readonly T[])[] => {
  const half = Math.ceil(items.length / 2);
  return [items.slice(0, half), items.slice(half)];
};
