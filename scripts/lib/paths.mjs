import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout, without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

export const binDir = join(root, 'node_modules', '.bin');

/** What this bootstrap remembers; goes away together with node_modules, and so it should. */
export const stateDir = join(root, 'node_modules', '.otklik');

/** The pinned Node of the project, which is newer than the one that runs these scripts may be. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');

export const hasPinnedNode = () => existsSync(pinnedNode);

/** PATH with the project's own programs first, so that `node` is the pinned one everywhere below. */
export const projectPath = () => [binDir, process.env.PATH ?? ''].join(delimiter);
