import type { Readable } from 'node:stream';

/** A finished file: how large, and the SHA-256 of exactly these bytes in lower-case hex. */
export type StoredFile = { readonly bytes: number; readonly sha256: string };

export type FileStore = {
  /**
   * Writes a file whole or not at all: while chunks come it is invisible, and any error leaves nothing behind.
   * Throws StorageError (`STORAGE_FULL` when there is no room), the producer's own error, or the signal's reason.
   */
  write(key: string, chunks: AsyncIterable<string | Uint8Array>, signal: AbortSignal): Promise<StoredFile>;
  /** Throws NotFoundError. `range` is inclusive on both ends, in bytes. */
  open(
    key: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<{ readonly bytes: number; readonly stream: Readable }>;
  /** Keys of the files that lie in a folder itself, in no order; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Absent files are fine. The folder that it was the last one in goes as well. */
  remove(key: string): Promise<void>;
  /** Where the file lies, for an operator's eyes. */
  locate(key: string): string;
};
