import { type Progress, fitProgress } from '@otklik/contracts';
import { InternalError } from '@otklik/shared';
import { storableJson } from './storable-json.ts';

/** It is written with every page, so it must not grow with the work: 1,000 failed posts and two pages fit ten times. */
const MAX_CHECKPOINT_BYTES = 1_048_576;

/** Checkpoint and progress of a step, as the statements take them. Throws InternalError for a checkpoint without bounds. */
export const stepParams = ({ checkpoint, progress }: { readonly checkpoint: unknown; readonly progress: Progress }) => {
  const json = storableJson(checkpoint);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_CHECKPOINT_BYTES) throw new InternalError('A checkpoint must stay small, however much is done', { context: { bytes } });
  return [json, storableJson(fitProgress(progress))] as const;
};
