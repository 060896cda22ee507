import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Everything below a folder, without following links: paths relative to it, with `/`, in a fixed order.
 * @param {(path: string, entry: import('node:fs').Dirent) => boolean} [enters] folders to look into; default all
 */
export const walk = (dir, enters = () => true) => {
  const found = [];
  const visit = (folder) => {
    const entries = readdirSync(join(dir, folder), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      found.push({ path, entry });
      if (entry.isDirectory() && enters(path, entry)) visit(path);
    }
  };
  visit('');
  return found;
};
