import { z } from 'zod';

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 0, 1);

const SHAPE = 'must be a time with its zone, such as 2026-10-31T00:00:00Z or 2026-10-31T03:00:00+03:00';

/** RFC 3339 with an offset, between the years 1970 and 9998: what PostgreSQL, JavaScript and everybody's clock agree on. */
export const Moment = z.iso.datetime({ offset: true, abort: true, error: SHAPE }).refine((text) => {
  const time = new Date(text).getTime();
  return time >= EARLIEST && time < LATEST;
}, 'must lie between the years 1970 and 9998');

/** Nothing lies between two moments that are told the wrong way round. For a refinement of an object with both. */
export const beginsBeforeItEnds = ({
  since,
  until,
}: {
  readonly since?: string | Date | undefined;
  readonly until?: string | Date | undefined;
}): boolean => since === undefined || until === undefined || new Date(since) < new Date(until);

/** How that is told, with the names of both. */
export const laterThan = (since: string, until: string) => ({ path: [until], message: `must be later than \`${since}\`` });

export const AFTER_SINCE = laterThan('since', 'until');
