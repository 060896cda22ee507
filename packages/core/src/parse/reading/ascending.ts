/** Whether VK's numbers, which may exceed what a JavaScript number can hold, grow from one to the next. */
export const areAscending = (ids: readonly string[]): boolean =>
  ids.every((id, index) => {
    const before = ids[index - 1];
    return before === undefined || compareIds(before, id) < 0;
  });

/** By value; both positive. */
export const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
