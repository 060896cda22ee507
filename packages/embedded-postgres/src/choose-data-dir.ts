import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { isReachableForAll, serverUser } from './os-user.ts';

export type DataDirChoice = {
  /** The folder of the program, by its full path. */
  readonly checkoutDir: string;
  /** What the person asked for; wins over everything. */
  readonly override?: string | undefined;
};

/**
 * Where the embedded database of a checkout lives: `<checkout>/.otklik/postgres`. For root with a checkout in a closed
 * folder, where the server's user can't go: `/var/lib/otklik/<name>-<hash of the path>`. The same answer at every start.
 */
export const chooseDataDir = ({ checkoutDir, override }: DataDirChoice): string => {
  if (override !== undefined && override !== '') return resolve(override);
  const inside = join(resolve(checkoutDir), '.otklik', 'postgres');
  // What does not exist yet counts as passable, because the launcher makes it so; .otklik itself is made by others too.
  if (serverUser() === undefined || isReachableForAll(inside)) return inside;
  const hash = createHash('sha256').update(resolve(checkoutDir)).digest('hex').slice(0, 12);
  return join('/var/lib/otklik', `${basename(resolve(checkoutDir))}-${hash}`);
};
