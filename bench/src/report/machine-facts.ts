import { arch, cpus, platform, release, totalmem } from 'node:os';

/** Where the numbers come from: they compare with those of the same machine only. */
export type MachineFacts = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
};

/** Facts of the machine this runs on. */
export const machineFacts = (): MachineFacts => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()} ${arch()}`,
  node: process.version,
});
