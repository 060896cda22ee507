/** What can be broken, beside the kills: faults of the matrix. */
export const faultKinds = [
  'redis-refuse',
  'redis-reset',
  'redis-half-open',
  'redis-freeze',
  'redis-flush',
  'redis-oom',
  'redis-read-only',
  'redis-kill',
  'queue-loss',
  'postgres-refuse',
  'postgres-reset',
  'postgres-half-open',
  'postgres-kill',
  'postgres-held',
  'worker-stop',
  'api-kill',
  'api-stop',
  'rolling-restart',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type FaultSpec = {
  /** Faults of a lane come one after the other: two ways of losing the same store at once say no more than one. */
  readonly lane: 'stores' | 'processes';
  readonly engines: readonly ('redis' | 'postgres')[];
  /** Shortest and longest. */
  readonly holdMs: readonly [number, number];
  /** What making and lifting it takes, beside the time that it is held. */
  readonly costMs: number;
};

type Held = Pick<FaultSpec, 'holdMs'> & Partial<Pick<FaultSpec, 'costMs'>>;

const both = ['redis', 'postgres'] as const;
const store = (held: Held): FaultSpec => ({ lane: 'stores', engines: both, costMs: 100, ...held });
const redis = (held: Held): FaultSpec => ({ ...store(held), engines: ['redis'] });
const inProcess = (held: Held): FaultSpec => ({ ...store(held), lane: 'processes' });

/** For each kind how long it is held: mostly shorter than what is waited for, sometimes longer than locks last (10 s). */
export const faultSpecs: Readonly<Record<FaultKind, FaultSpec>> = {
  'redis-refuse': redis({ holdMs: [1_000, 6_000] }),
  'redis-reset': redis({ holdMs: [0, 0] }),
  'redis-half-open': redis({ holdMs: [2_000, 8_000] }),
  'redis-freeze': redis({ holdMs: [2_000, 14_000] }),
  'redis-flush': redis({ holdMs: [0, 0] }),
  'redis-oom': redis({ holdMs: [2_000, 6_000] }),
  'redis-read-only': redis({ holdMs: [2_000, 6_000] }),
  'redis-kill': redis({ holdMs: [500, 5_000], costMs: 500 }),
  'queue-loss': { ...store({ holdMs: [0, 0] }), engines: ['postgres'] },
  'postgres-refuse': store({ holdMs: [500, 4_000] }),
  'postgres-reset': store({ holdMs: [0, 0] }),
  'postgres-half-open': store({ holdMs: [2_000, 7_000] }),
  'postgres-kill': store({ holdMs: [200, 3_000], costMs: 2_500 }),
  'postgres-held': store({ holdMs: [1_000, 4_000] }),
  'worker-stop': inProcess({ holdMs: [11_000, 24_000] }),
  'api-kill': inProcess({ holdMs: [0, 0] }),
  'api-stop': inProcess({ holdMs: [1_000, 5_000] }),
  'rolling-restart': inProcess({ holdMs: [0, 0], costMs: 15_000 }),
};
