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

/** Callers at once: enough to keep both processors of a small machine busy. */
const CONNECTIONS = 32;

/**
 * Asks `amount` times as fast as it is answered, and returns with the last answer. Throws when one failed or had another
 * status than expected: a rate of errors is no rate.
 */
export const flood = async (request: Request, amount: number): Promise<void> => {
  const { url, method, headers, body, expectedStatus, paths } = request;
  const done = Promise.withResolvers<void>();
  const statuses = new Map<number, number>();
  let answered = 0;
  const instance = autocannon(
    {
      url,
      connections: CONNECTIONS,
      amount,
      method,
      ...(headers && { headers: { ...headers } }),
      ...(body !== undefined && { body }),
      ...(paths && { requests: paths.map((path) => ({ path })) }),
    },
    // It ends at the next full second only, so its end tells nothing about the last answer.
    (error: unknown) => (error === null ? done.resolve() : done.reject(error)),
  );
  instance.on('reqError', (error) => done.reject(error));
  instance.on('response', (_client, status) => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    answered += 1;
    if (answered === amount) done.resolve();
  });
  await done.promise;
  const others = [...statuses.keys()].filter((status) => status !== expectedStatus);
  if (others.length > 0 || answered < amount)
    throw new Error(`${method} ${url}: ${answered} of ${amount} answers, unexpected ones: ${others.join(', ') || 'none'}.`);
};
