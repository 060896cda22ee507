import { parseArgs } from 'node:util';
import { runApp, untilAborted } from '@otklik/shared';
import { sharedNow } from '../site/shared-now.ts';
import { startNoopWorker } from './start-noop-worker.ts';

/** A worker that tells on stderr when each job began, unless `--quiet`. `--database URL --redis URL [--prefix NAME]` */
await runApp({
  main: async (stop) => {
    const text = { type: 'string', default: '' } as const;
    const { values } = parseArgs({
      options: { database: text, redis: text, prefix: { ...text, default: 'otklik' }, quiet: { type: 'boolean', default: false } },
    });
    const tell = (jobId: string): void => void process.stderr.write(`began ${jobId.replaceAll('-', '')} ${sharedNow()}\n`);
    const worker = await startNoopWorker({ ...values, began: values.quiet ? () => undefined : tell });
    process.stderr.write('ready\n');
    await untilAborted(stop);
    await worker.close();
  },
});
