import { openDatabase } from '@otklik/db';
import { KeyringText, createLogger, parseConfig, readSecretFiles, runApp } from '@otklik/shared';
import { z } from 'zod';
import { makeKeyringCommand } from './keyring-command.ts';

const Database = z.object({ DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) });

/** `npm run keyring`. */
await runApp({
  main: async () => {
    const env = readSecretFiles(process.env);
    const { OTKLIK_KEYRING: keyring } = parseConfig(z.object({ OTKLIK_KEYRING: KeyringText.optional() }), env);
    const logger = createLogger({ level: 'warn', service: 'keyring', write: (line) => process.stderr.write(line) });
    const command = makeKeyringCommand({
      keyring,
      withTokens: async (work) => {
        const db = openDatabase({ url: parseConfig(Database, env).DATABASE_URL, name: 'otklik-keyring', poolMax: 1, logger });
        try {
          return await work(db.vkTokens);
        } finally {
          await db.close();
        }
      },
      now: () => new Date(),
      print: (line) => process.stdout.write(`${line}\n`),
    });
    await command(process.argv.slice(2));
  },
});
