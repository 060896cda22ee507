/** Whether this is the long run (`npm run test:deep`). */
export const isDeepRun = (): boolean => process.env['OTKLIK_DEEP'] === '1';

/** How often to repeat: `quick` times in `npm test`, `deep` times in `npm run test:deep`. */
export const deep = (quick: number, deepRuns: number): number => (isDeepRun() ? deepRuns : quick);

/** The seed of the run (`--slice SEED/N`), for generators that should differ from run to run; 0 where none was given. */
export const runSeed = (): number => Number(process.env['OTKLIK_SEED'] ?? 0);
