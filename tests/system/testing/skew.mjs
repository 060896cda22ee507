// `node --import` this: the clock of the machine, wrong by SKEW_MS. Timers and performance.now() go on as they do: only what
// asks for the date sees it.
const skewMs = Number(process.env['SKEW_MS'] ?? 0);
const RealDate = Date;
const now = () => RealDate.now() + skewMs;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }

  static now() {
    return now();
  }
};
