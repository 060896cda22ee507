/** Nobody is believed who asks for more than an hour. */
const MAX_MS = 3_600_000;
/** "At once" said beside a refusal: a job that believed it would come back as fast as the database can. */
const MIN_MS = 1_000;
/** For "too many requests" without a time. */
const DEFAULT_MS = 10_000;

type Head = { readonly status: number; readonly headers: { get(name: string): string | null } };

/** How long a gateway asks to wait (RFC 9110, 10.2.3: seconds or a date); undefined: it does not ask. */
export const retryAfterOf = ({ status, headers }: Head, now: () => number = Date.now): number | undefined => {
  if (status !== 429 && status !== 503) return undefined;
  const named = millisecondsOf(headers.get('retry-after') ?? '', now);
  if (named === undefined) return status === 429 ? DEFAULT_MS : undefined;
  return Math.min(MAX_MS, Math.max(MIN_MS, named));
};

const millisecondsOf = (text: string, now: () => number): number | undefined => {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at - now();
};
