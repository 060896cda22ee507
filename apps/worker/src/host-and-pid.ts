import { hostname } from 'node:os';

/** Where a process runs, for people who look for it. */
export const hostAndPid = (): string => `${hostname()}-${process.pid}`;
