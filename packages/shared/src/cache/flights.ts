import type { Labels, Place } from './cache-labels.ts';

/** Leave to keep what is being read or loaded. An invalidation takes it away: what was read before may be old by now. */
export type Permit = { readonly place: Place; isValid(): boolean };

export type Flights = {
  /** One run for all who ask while it lasts and its permit is good. */
  share(name: string, place: Place, run: (permit: Permit) => Promise<unknown>): Promise<unknown>;
  /** A permit for a run that nobody shares. */
  alone<T>(place: Place, run: (permit: Permit) => Promise<T>): Promise<T>;
  /** Runs that are under way get on; their callers get what they read, and nobody else does. */
  revoke(labels: Labels): void;
  revokeAll(): void;
};

export const createFlights = (): Flights => {
  const permits = new Set<RevocablePermit>();
  const running = new Map<string, { readonly permit: Permit; readonly answer: Promise<unknown> }>();

  const alone = async <T>(place: Place, run: (permit: Permit) => Promise<T>): Promise<T> => {
    const permit = createPermit(place);
    permits.add(permit);
    try {
      return await run(permit);
    } finally {
      permits.delete(permit);
    }
  };
  const start = (name: string, place: Place, run: (permit: Permit) => Promise<unknown>): Promise<unknown> =>
    alone(place, async (permit) => {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const flight = { permit, answer: promise };
      running.set(name, flight);
      try {
        run(permit).then(resolve, reject);
        return await promise;
      } finally {
        if (running.get(name) === flight) running.delete(name);
      }
    });

  return {
    alone,
    share: (name, place, run) => {
      const flight = running.get(name);
      return flight?.permit.isValid() === true ? flight.answer : start(name, place, run);
    },
    revoke: ({ entries, groups }) => {
      const labels = new Set([...entries, ...groups]);
      for (const permit of permits) permit.revokeIf(labels);
    },
    revokeAll: () => {
      for (const permit of permits) permit.revoke();
    },
  };
};

type RevocablePermit = Permit & { revoke(): void; revokeIf(labels: ReadonlySet<string>): void };

const createPermit = (place: Place): RevocablePermit => {
  let isValid = true;
  return {
    place,
    isValid: () => isValid,
    revoke: () => void (isValid = false),
    revokeIf: (labels) => {
      if (labels.has(place.entry) || place.groups.some((label) => labels.has(label))) isValid = false;
    },
  };
};
