import { runApp } from '@otklik/shared';
import { runCommand } from './command.ts';

/** `npm run bench -- NAME [--json] [--save]`. */
await runApp({
  main: (stop) =>
    runCommand({
      args: process.argv.slice(2),
      stop,
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
    }),
});
