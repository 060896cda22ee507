import { z } from 'zod';

/** Named places where a drill may end the process, to see that nothing is lost. In production every place is a no-op. */
export const failpointNames = ['after-submit-commit', 'after-queue-add'] as const;
export type FailpointName = (typeof failpointNames)[number];
export type Failpoint = (name: FailpointName) => void;

/** `OTKLIK_FAILPOINTS`: their names, with commas between. */
export const FailpointList = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(failpointNames)));

export const noFailpoints: Failpoint = () => undefined;

/** Acts at the places that are named and nowhere else. */
export const makeFailpoint = (names: readonly FailpointName[], act: () => void): Failpoint => {
  const armed = new Set(names);
  return (name) => {
    if (armed.has(name)) act();
  };
};
