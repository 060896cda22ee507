import { createLogger, parseConfig, readSecretFiles, runApp } from '@otklik/shared';
import { z } from 'zod';
import { migrate } from './migrations/migrate.ts';

const Env = z.object({ DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) });

/** `npm run migrate`. */
await runApp({
  main: async () => {
    const { DATABASE_URL } = parseConfig(Env, readSecretFiles(process.env));
    const applied = await migrate({ url: DATABASE_URL, logger: createLogger({ level: 'info', service: 'migrate' }) });
    process.stdout.write(applied.length === 0 ? 'The database is up to date.\n' : `Applied: ${applied.join(', ')}\n`);
  },
});
