import { runApp } from '@otklik/shared';
import { chaosCommand } from './command.ts';

/** `npm run chaos -- [--jobs N] [--kills K] [--seed S]`. */
await runApp({
  main: () =>
    chaosCommand({
      args: process.argv.slice(2),
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
    }),
});
