import { withDeadline } from '@otklik/shared';

/** An answer that takes longer is none: the caller gets a 503 and knows where it stands. */
const ANSWER_DEADLINE_MS = 2_300;

/** The work of one answer, for as long as an answer may take. Throws ServiceUnavailableError after that. */
export const inTime = <T>(work: Promise<T>): Promise<T> => withDeadline(work, ANSWER_DEADLINE_MS, 'The answer');
