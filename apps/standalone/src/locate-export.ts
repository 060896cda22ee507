import { publicId } from '@otklik/contracts';
import { openDatabase } from '@otklik/db';
import { type Logger, createLocalFileStore, parseApiKey } from '@otklik/shared';

type Deps = {
  readonly url: string;
  /** Where exports are kept. */
  readonly dir: string;
  /** Tells whose exports they are. */
  readonly adminKey: string;
  readonly logger: Logger;
};

/** Finds the path of an export, for somebody who sits at this machine. The API does not tell paths. */
export const makeLocateExport =
  ({ url, dir, adminKey, logger }: Deps) =>
  async (exportId: string): Promise<string | null> => {
    const db = openDatabase({ url, name: 'otklik-locate', poolMax: 1, logger });
    try {
      const key = await db.keys.find(parseApiKey(adminKey)?.keyId ?? '');
      const file = key === null ? null : await db.exports.get(key.workspaceId, publicId('export').parse(exportId));
      return file === null ? null : createLocalFileStore({ dir }).locate(file.fileKey);
    } finally {
      await db.close();
    }
  };
