// Loaded with --import before a program: its wall clock is wrong by CHAOS_CLOCK_SKEW_MS. Timers and performance.now() are not.
const skewMs = Number(process.env.CHAOS_CLOCK_SKEW_MS);
const RightDate = Date;

globalThis.Date = class Date extends RightDate {
  constructor(...args) {
    if (args.length === 0) super(RightDate.now() + skewMs);
    else super(...args);
  }

  static now() {
    return RightDate.now() + skewMs;
  }
};
