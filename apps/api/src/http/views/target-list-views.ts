import { type TargetLineBody, type TargetLineRow, type TargetListBody, type TargetListRow, toPublicId } from '@otklik/contracts';

export const toTargetListBody = (list: TargetListRow): TargetListBody => ({
  id: toPublicId('targetList', list.id),
  name: list.name,
  format: list.format,
  lines: list.lines,
  valid: list.valid,
  invalid: list.invalid,
  duplicates: list.duplicates,
  createdAt: list.createdAt.toISOString(),
  lastUsedAt: list.lastUsedAt.toISOString(),
});

export const toTargetLineBody = ({ line, text, outcome, ref, reason, duplicateOf }: TargetLineRow): TargetLineBody => ({
  line,
  text,
  outcome,
  ref,
  reason,
  duplicateOf,
});
