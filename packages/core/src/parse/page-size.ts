import { wantsLess } from './vk-faults.ts';

const MAX = 100;
const MIN = 5;
const GROWTH = 10;

export type PageSize = {
  /** Runs a read with the present size; halves it and tries again while VK finds the answer too heavy. */
  fit<T>(read: (count: number) => Promise<T>): Promise<{ readonly page: T; readonly requested: number }>;
  /** Half the present size, for an attempt to come. */
  smaller(): number;
};

/** How many comments to ask for at once: 100, or what was kept, until VK balks; growing back slowly. */
export const createPageSize = (kept = MAX): PageSize => {
  let size = Math.min(MAX, kept);
  const smaller = (): number => Math.max(MIN, Math.floor(size / 2));
  return {
    smaller,
    fit: async (read) => {
      for (;;) {
        const requested = size;
        try {
          const page = await read(requested);
          size = Math.min(MAX, requested + GROWTH);
          return { page, requested };
        } catch (thrown) {
          if (!wantsLess(thrown) || requested <= MIN) throw thrown;
          size = smaller();
        }
      }
    },
  };
};
