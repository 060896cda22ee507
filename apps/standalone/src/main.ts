import { runApp } from '@otklik/shared';
import { loadStandaloneConfig } from './config.ts';
import { runStartCommand } from './start-command.ts';

/** `npm start`. */
await runApp({
  main: (stop, ends) =>
    runStartCommand(loadStandaloneConfig(process.argv.slice(2), process.env), {
      ...ends,
      stop,
      screen: {
        isTerminal: process.stdout.isTTY,
        // 0 where a terminal does not know its own width.
        columns: process.stdout.columns || 100,
        write: (text) => void process.stdout.write(text),
      },
    }),
});
