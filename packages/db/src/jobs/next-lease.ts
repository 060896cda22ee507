/**
 * The lease that the attempt about to begin gets: the millisecond in which PostgreSQL gives it, and more than the one before in
 * any case. What PostgreSQL forgets when it dies (a start is not waited for until it is on the disk), or what a standby has never
 * heard of, is so never given out a second time: by then it is later.
 */
export const NEXT_LEASE = `greatest(lease + 1, (extract(epoch FROM now()) * 1000)::bigint)`;

/** Of a row `j`; as the driver knows numbers, it is whole far beyond any date. */
export const leaseOfRow = (j: string): string => `${j}.lease::float8 AS lease`;
