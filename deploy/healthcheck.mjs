// Asks this container's own process whether it lives (`/livez`) or is ready for work (`/readyz`, the default), and ends
// with 0 or 1. The image brings no curl, and needs none for this.
const path = process.argv[2] ?? '/readyz';
const answer = await fetch(`http://127.0.0.1:${process.env.OPERATIONS_PORT}${path}`, { signal: AbortSignal.timeout(3_000) }).catch(
  () => undefined,
);
process.exit(answer?.ok === true ? 0 : 1);
