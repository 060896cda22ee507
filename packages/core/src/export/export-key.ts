type ExportRef = { readonly workspaceId: string; readonly id: string };

/** The folder of all attempts of an export, so that one finds what a killed one before it has left. */
export const exportFolderOf = ({ workspaceId, id }: ExportRef): string => `${workspaceId}/${id}`;

/** The key of the file that an attempt writes: two attempts never write to the same one. */
export const exportKeyOf = (job: ExportRef, { lease, format }: { readonly lease: number; readonly format: string }): string =>
  `${exportFolderOf(job)}/${lease}.${format}`;

/** Whose file it is: the job (UUID) and the lease of its attempt; undefined for what no export is called. */
export const readExportKey = (key: string): { readonly jobId: string; readonly lease: number } | undefined => {
  const [, jobId, lease] = KEY.exec(key) ?? [];
  return jobId === undefined ? undefined : { jobId, lease: Number(lease) };
};

const KEY = /^[0-9a-f-]{36}\/([0-9a-f-]{36})\/(\d+)\.\w+$/;
