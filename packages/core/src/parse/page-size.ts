import { wantsLess } from './vk-faults.ts';

const MAX = 100;
const MIN = 5;
const GROWTH = 10;

export type PageSize = {
  /** Runs a read with the present size; halves it and tries again while VK finds the answer too heavy. */
  fit<T>(read: (count: number) => Promise<T>): Promise<{ readonly page: T; readonly requested: number }>;
};

/** How many comments to ask for at once: 100 until VK balks, growing back slowly. */
export const createPageSize = (): PageSize => {
  let size = MAX;
  return {
    fit: async (read) => {
      for (;;) {
        const requested = size;
        try {
          const page = await read(requested);
          size = Math.min(MAX, requested + GROWTH);
          return { page, requested };
        } catch (thrown) {
          if (!wantsLess(thrown) || requested <= MIN) throw thrown;
          size = Math.max(MIN, Math.floor(requested / 2));
        }
      }
    },
  };
};
