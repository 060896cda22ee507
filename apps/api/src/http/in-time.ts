import { withDeadline } from '@otklik/shared';

/** An answer that takes longer is none: the caller gets a 503 and knows where it stands. */
const ANSWER_DEADLINE_MS = 2_300;

/** The work of one answer, for as long as an answer may take. Throws ServiceUnavailableError after that. */
export const inTime = <T>(work: Promise<T>): Promise<T> => withDeadline(work, ANSWER_DEADLINE_MS, 'The answer');

/** Of the deadline: until what is given up has ended in the database as well, and the answer is written. */
const GIVE_UP_MS = 200;

/** Begins an answer. Says how many milliseconds its work may still take, so that nothing is done whose caller hears that it was not. */
export const startAnswer = (): (() => number) => {
  const endsAt = performance.now() + ANSWER_DEADLINE_MS - GIVE_UP_MS;
  return () => endsAt - performance.now();
};
