export type GatherOptions<Q, A> = {
  /** Answers several questions in one go, in their order. Fails for all of them together. */
  readonly ask: (questions: readonly Q[]) => Promise<readonly A[]>;
  /** Questions in one go. */
  readonly maxTogether: number;
  /** Goes under way at once. */
  readonly maxUnderWay: number;
};

type Waiting<Q, A> = { readonly question: Q; readonly resolve: (answer: A) => void; readonly reject: (reason: unknown) => void };

/**
 * Gathers questions that come while earlier ones are being answered, and asks them in one go: a busy store is asked
 * seldom and an idle one at once, and no question waits for a timer. Each caller gets its own answer, or the error of the
 * go that it was part of.
 */
export const createGather = <Q, A>({ ask, maxTogether, maxUnderWay }: GatherOptions<Q, A>): ((question: Q) => Promise<A>) => {
  let waiting: Waiting<Q, A>[] = [];
  let underWay = 0;
  let isPlanned = false;

  const settle = async (batch: readonly Waiting<Q, A>[]): Promise<void> => {
    try {
      const answers = await ask(batch.map(({ question }) => question));
      if (answers.length !== batch.length) throw new RangeError('There are not as many answers as there were questions.');
      for (const [index, answer] of answers.entries()) batch[index]?.resolve(answer);
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown);
    }
  };
  const go = (): void => {
    isPlanned = false;
    while (waiting.length > 0 && underWay < maxUnderWay) {
      const batch = waiting.slice(0, maxTogether);
      waiting = waiting.slice(maxTogether);
      underWay += 1;
      void settle(batch).finally(() => {
        underWay -= 1;
        go();
      });
    }
  };
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      // After the present burst of requests was read: those who come together are asked for together.
      if (!isPlanned && underWay < maxUnderWay) setImmediate(go);
      isPlanned = true;
    });
};
