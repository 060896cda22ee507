import autocannon from 'autocannon';

/** What is asked for again and again. */
export type Request = {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Asked for in turn, each connection for itself. Default: the path of the URL. */
  readonly paths?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expectedStatus: number;
};

/** How much: so many requests as fast as they are answered, or at an even rate for some time. */
export type Amount = { readonly requests: number } | { readonly perSecond: number; readonly seconds: number };

export type LoadResult = { readonly answered: number; readonly p50Ms: number; readonly p99Ms: number };

/** Callers at once: enough to keep both processors of a small machine busy. */
const CONNECTIONS = 32;

/** Throws when an answer failed or had another status than expected: a rate of errors is no rate. */
export const fire = async (request: Request, amount: Amount): Promise<LoadResult> => {
  const { url, method, headers, body, expectedStatus, paths } = request;
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    method,
    ...(headers && { headers: { ...headers } }),
    ...(body !== undefined && { body }),
    ...(paths && { requests: paths.map((path) => ({ path })) }),
    ...('requests' in amount ? { amount: amount.requests } : { overallRate: amount.perSecond, duration: amount.seconds }),
  });
  const statuses = Object.entries(result.statusCodeStats ?? {});
  const answered = statuses.reduce((sum, [, { count = 0 }]) => sum + count, 0);
  const others = statuses.filter(([status]) => Number(status) !== expectedStatus).map(([status]) => status);
  if (result.errors > 0 || result.timeouts > 0 || others.length > 0 || answered === 0)
    throw new Error(
      `${method} ${url}: ${result.errors} failed, ${result.timeouts} without an answer, unexpected: ${others.join(', ') || 'none'}, ${answered} answers.`,
    );
  return { answered, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
};
