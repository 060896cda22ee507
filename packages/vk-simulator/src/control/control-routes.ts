import { AppError, NotFoundError } from '@otklik/shared';
import express, { type ErrorRequestHandler, type Router } from 'express';
import { z } from 'zod';
import { Command } from './commands.ts';
import { type CommandDeps, makeRunCommand, wallOf } from './run-command.ts';
import { truthOf } from './truth.ts';

const TruthQuery = z.object({ wall: z.coerce.number().int() });
const LogQuery = z.object({ since: z.coerce.number().int().nonnegative().default(0) });

/** `/_truth`, `/_log` and `/_control`: what VK does not have and a test needs. */
export const controlRoutes = (deps: CommandDeps): Router => {
  const runCommand = makeRunCommand(deps);
  return express
    .Router()
    .get('/_truth', (req, res) => void res.json(truthOf(wallOf(deps.world, TruthQuery.parse(req.query).wall))))
    .get('/_log', (req, res) => void res.json(deps.log.since(LogQuery.parse(req.query).since)))
    .post('/_control', express.json({ limit: '1mb' }), (req, res) => void res.json(runCommand(Command.parse(req.body))))
    .use(['/_truth', '/_log', '/_control'], answerError);
};

const answerError: ErrorRequestHandler = (thrown: unknown, _req, res, _next) => {
  if (thrown instanceof z.ZodError) return void res.status(400).json({ error: z.prettifyError(thrown) });
  const status = thrown instanceof NotFoundError ? 404 : statusOf(thrown);
  res.status(status).json({ error: status < 500 && (thrown instanceof AppError || thrown instanceof Error) ? thrown.message : 'Unexpected error' });
};

const Refused = z.object({ status: z.int().min(400).max(499) });

/** Readers of bodies say themselves what was wrong. */
const statusOf = (thrown: unknown): number => Refused.safeParse(thrown).data?.status ?? 500;
