/**
 * Named places where a test may end the process or make a step fail. Passed in by `main.ts`; in production every
 * place is a no-op.
 */
export type FailpointName = 'after-submit-commit' | 'after-queue-add';
export type Failpoint = (name: FailpointName) => void;

export const noFailpoints: Failpoint = () => undefined;
