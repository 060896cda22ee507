type Recipe<T> = {
  readonly make: () => T;
  /** Whether what is kept may be used once more. Default: always. */
  readonly isStill?: (thing: T) => boolean;
};

/**
 * Keeps what was made last for so many keys and makes the rest again when asked: memory stays flat however much there is
 * to make. The same key gives the very same thing while it is kept.
 */
export const createForgetful = <T>(kept: number) => {
  const things = new Map<number, T>();
  return (key: number, { make, isStill = () => true }: Recipe<T>): T => {
    const known = things.get(key);
    const thing = known !== undefined && isStill(known) ? known : make();
    // Re-inserted at the end: the first of the map is the one asked for longest ago.
    things.delete(key);
    things.set(key, thing);
    for (const oldest of things.keys()) if (things.size > kept) things.delete(oldest);
    return thing;
  };
};
