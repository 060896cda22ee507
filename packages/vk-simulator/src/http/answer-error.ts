import { NotFoundError } from '@otklik/shared';
import type { ErrorRequestHandler } from 'express';
import { z } from 'zod';

const Refused = z.object({ status: z.int().min(400).max(499) });

/** Answers what the controls refuse and what nobody could read, in plain words: only people who test see them. */
export const answerError: ErrorRequestHandler = (thrown: unknown, _req, res, _next) => {
  const error = thrown instanceof z.ZodError ? z.prettifyError(thrown) : thrown instanceof Error ? thrown.message : 'Unexpected error';
  res.status(statusOf(thrown)).json({ error });
};

/** Readers of bodies and addresses say themselves what was wrong. */
const statusOf = (thrown: unknown): number => {
  if (thrown instanceof z.ZodError) return 400;
  return thrown instanceof NotFoundError ? 404 : (Refused.safeParse(thrown).data?.status ?? 500);
};
