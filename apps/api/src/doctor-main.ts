import { text } from 'node:stream/consumers';
import { HeaderSecret, parseConfig, readSecretFiles, runApp, systemClock } from '@otklik/shared';
import { makeProbeVkToken } from '@otklik/vk';
import { z } from 'zod';
import { makeDoctorCommand } from './doctor-command.ts';

const Env = z.object({
  VK_TOKEN: HeaderSecret.optional(),
  VK_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  VK_PROBE_WALL: z.string().min(1).optional(),
});

/** `npm run doctor`. */
await runApp({
  main: async (stop) => {
    const { VK_TOKEN: token, VK_API_URL: url, VK_PROBE_WALL: wall } = parseConfig(Env, readSecretFiles(process.env));
    const command = makeDoctorCommand({
      env: { token, url, wall },
      readStdin: () => text(process.stdin),
      makeProbe: (options) => makeProbeVkToken({ ...options, clock: systemClock }),
      print: (line) => process.stdout.write(`${line}\n`),
      columns: process.stdout.columns,
      signal: stop,
    });
    return command(process.argv.slice(2));
  },
});
