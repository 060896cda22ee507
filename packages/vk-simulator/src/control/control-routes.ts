import express, { type Router } from 'express';
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
    .post('/_control', express.json({ limit: '1mb' }), (req, res) => void res.json(runCommand(Command.parse(req.body))));
};
