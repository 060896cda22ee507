import { ServiceUnavailableError } from '../errors/infrastructure-errors.ts';

/** The promise's own outcome, or ServiceUnavailableError after `ms`. What runs on is not stopped by this. */
export const withDeadline = async <T>(promise: Promise<T>, ms: number, what = 'The operation'): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ServiceUnavailableError(`${what} took longer than ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
