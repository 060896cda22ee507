import type { TestDatabase } from '@otklik/testing';
import type { Truth } from '@otklik/vk-simulator';
import type { SentOrder } from '../load/run-load.ts';
import type { EndedLife } from '../site/slot.ts';

/** Everything that the ledger is added up from, once nothing runs any more. */
export type Books = {
  readonly query: TestDatabase['query'];
  readonly sent: readonly SentOrder[];
  /** What VK holds, by owner. */
  readonly truths: ReadonlyMap<number, Truth>;
  readonly exportDir: string;
  readonly lives: readonly EndedLife[];
  /** Answers of the API that no client should get. */
  readonly complaints: readonly string[];
};

/** What does not add up. `line`: the word of the result that it counts into. */
export type Finding = {
  readonly line: 'lost' | 'duplicated' | 'stuck';
  readonly what: string;
  /** UUID, where it is about one job. */
  readonly jobId?: string;
};

export type Check = (books: Books) => Promise<readonly Finding[]>;

/** All that does not add up, in the order of the checks. */
export const addUp = async (books: Books, checks: readonly Check[]): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const check of checks) findings.push(...(await check(books)));
  return findings;
};
