/** Milliseconds on a clock that all processes of a machine share. */
export const sharedNow = (): number => performance.timeOrigin + performance.now();
