import type { JobType } from '@otklik/contracts';

type Closable = { close(): Promise<void> };

/** One thing per queue, opened when it is first asked for; one that could not be opened is tried again with the next call. */
export const openOnUse = <T extends Closable>({ open }: { readonly open: (type: JobType) => Promise<T> }) => {
  const known = new Map<JobType, Promise<T>>();
  const opened = async (): Promise<readonly T[]> =>
    (await Promise.allSettled(known.values())).flatMap((thing) => (thing.status === 'fulfilled' ? [thing.value] : []));

  return {
    get: (type: JobType): Promise<T> => {
      const present = known.get(type);
      if (present !== undefined) return present;
      const opening = open(type);
      known.set(type, opening);
      opening.catch(() => known.delete(type));
      return opening;
    },
    /** Calls for each that is open, and for those that are being opened once they are. */
    forEach: (use: (thing: T) => void): void => {
      for (const thing of known.values()) thing.then(use, () => undefined);
    },
    close: async (): Promise<void> => {
      await Promise.allSettled((await opened()).map((thing) => thing.close()));
      known.clear();
    },
  };
};
