import { DatabaseError, createGather } from '@otklik/shared';

type Move<Q, A> = {
  /**
   * Makes the move for as many as it can in one statement that waits for nobody's lock. Answers in the order of the
   * questions; undefined: not made, and nothing changed.
   */
  readonly together: (questions: readonly Q[]) => Promise<readonly (A | undefined)[]>;
  /** Makes or refuses it for one, in its own transaction, and may wait for a lock. */
  readonly alone: (question: Q) => Promise<A>;
};

/**
 * Limit of a statement that makes moves together: all later ones of the process wait behind it, and on a connection that died
 * without a word that would be for as long as the longest statement may take.
 */
export const TOGETHER_WITHIN_MS = 5_000;

/** Moves in one statement. Starts, successes and other ends have one each under way. */
const TOGETHER = { maxTogether: 100, maxUnderWay: 1 };

/**
 * A move that many jobs of a process make at the same time. What comes while a statement is under way goes with the next
 * one; nobody waits for company. What the statement leaves out, because it is locked, refused, or not as it should be, is
 * decided alone, and neither holds up nor fails its neighbours. Each caller hears of its own move, after the commit.
 */
export const createBatchedMove = <Q, A>({ together, alone }: Move<Q, A>): ((question: Q) => Promise<A>) => {
  const ask = createGather({
    ...TOGETHER,
    ask: async (questions: readonly Q[]) => {
      try {
        return await together(questions);
      } catch (thrown) {
        if (!isAboutRows(thrown)) throw thrown;
        return questions.map(() => undefined);
      }
    },
  });
  return async (question) => (await ask(question)) ?? alone(question);
};

/** One row spoils the statement for all of them. Nothing was changed, which a database that is away leaves open. */
const isAboutRows = (thrown: unknown): boolean =>
  thrown instanceof DatabaseError && (thrown.code === 'DB_REJECTED' || thrown.code === 'DB_CONFLICT');
