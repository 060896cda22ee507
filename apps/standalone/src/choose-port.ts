import { createServer } from 'node:net';

export const DEFAULT_PORT = 3_000;

/** The port that was asked for, or 3000 while it is free, or any. */
export const choosePort = async ({ host, wanted }: { readonly host: string; readonly wanted: number | undefined }): Promise<number> => {
  if (wanted !== undefined) return wanted;
  return (await isFree(host, DEFAULT_PORT)) ? DEFAULT_PORT : 0;
};

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host, port }, () => probe.close(() => resolve(true)));
  });
