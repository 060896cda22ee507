const HOUR = 3_600;
const DAY = 86_400;
/** The town lives five hours ahead of UTC. */
const AHEAD = 5 * HOUR;

/** Full hours since the town's midnight. */
export const hourAt = (unixSeconds: number): number => Math.floor(((unixSeconds + AHEAD) % DAY) / HOUR);

/** The same day of the town at the given hour. */
export const atHour = (unixSeconds: number, hour: number): number => unixSeconds - ((unixSeconds + AHEAD) % DAY) + Math.round(hour * HOUR);
