import { runApp } from '@otklik/shared';
import { z } from 'zod';
import { askPrismaEngine } from './prisma-engine.ts';

const Question = z.object({ url: z.string(), schema: z.string(), migrations: z.array(z.object({ name: z.string(), sql: z.string() })) });

// A process of its own: the test runner can not load the engine's WebAssembly.
await runApp({
  main: async () => {
    const answer = await askPrismaEngine(Question.parse(JSON.parse(process.env['QUESTION'] ?? '')));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  },
});
