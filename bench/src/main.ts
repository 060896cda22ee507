import { runApp } from '@otklik/shared';
import { benchmarks } from './benchmarks.ts';
import { runCommand } from './command.ts';

/** `npm run bench -- NAME [--json] [--save]`. */
await runApp({
  main: (stop) =>
    runCommand({
      args: process.argv.slice(2),
      benchmarks,
      stop,
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
    }),
});
