/** Steps lie a tenth further apart each: a handful for a small job, some hundred for a very large one. */
const GROWTH = Math.log(1.1);

const stepOf = (count: number): number => (count <= 0 ? 0 : 1 + Math.floor(Math.log(count) / GROWTH));

/** Whether a count that grew has reached a step that is worth a line in the log of its job. */
export const passesMilestone = (before: number, after: number): boolean => stepOf(after) > stepOf(before);
