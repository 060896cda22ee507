import { openDatabase } from '@otklik/db';
import { createLogger, parseConfig, readSecretFiles, runApp } from '@otklik/shared';
import { z } from 'zod';
import { makeKeysCommand } from './keys-command.ts';

/** `npm run keys`. */
await runApp({
  main: async () => {
    const { DATABASE_URL } = parseConfig(z.object({ DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) }), readSecretFiles(process.env));
    const logger = createLogger({ level: 'warn', service: 'keys', write: (line) => process.stderr.write(line) });
    const db = openDatabase({ url: DATABASE_URL, name: 'otklik-keys', poolMax: 1, logger });
    try {
      await makeKeysCommand({ db, print: (line) => process.stdout.write(`${line}\n`) })(process.argv.slice(2));
    } finally {
      await db.close();
    }
  },
});
