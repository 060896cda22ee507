import type { JobType } from './job-registry.ts';

/** `parse` → `Parse`, as the names of schemas in the document begin. */
export const schemaName = (type: JobType): string => `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
