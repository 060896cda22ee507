import { type CacheKey, cacheKinds } from '@otklik/shared';
import { z } from 'zod';

/** The value that is set again and again; every process waits for the next one. */
export const ROUND: CacheKey<number> = { kind: cacheKinds.statistics, id: 'bench:round', parse: (value) => z.int().parse(value) };
