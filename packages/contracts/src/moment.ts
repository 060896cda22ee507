import { z } from 'zod';

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 0, 1);

/** RFC 3339 with an offset, between the years 1970 and 9998: what PostgreSQL, JavaScript and everybody's clock agree on. */
export const Moment = z.iso.datetime({ offset: true }).refine((text) => {
  const time = new Date(text).getTime();
  return time >= EARLIEST && time < LATEST;
}, 'must lie between the years 1970 and 9998');
