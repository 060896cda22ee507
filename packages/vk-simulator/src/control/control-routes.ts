import express, { type Router } from 'express';
import { z } from 'zod';
import type { Wall } from '../state/wall.ts';
import { Command } from './commands.ts';
import { type CommandDeps, makeRunCommand } from './run-command.ts';
import { wallOf } from './run-wall-command.ts';
import type { Truth } from './truth-schema.ts';
import { countsOf, historyOf, truthOf } from './truth.ts';

const TruthPath = z.object({ owner: z.coerce.number().int() });
const TruthQuery = z.object({ wall: z.coerce.number().int().optional() });
const Since = z.object({ since: z.coerce.number().int().nonnegative().default(0) });
const StatisticsQuery = z.object({ since: z.coerce.number().optional(), until: z.coerce.number().optional() });

/** `/_truth`, `/_log`, `/_stats` and `/_control`: what VK does not have and a test needs. */
export const controlRoutes = (deps: CommandDeps): Router => {
  const runCommand = makeRunCommand(deps);
  return express
    .Router()
    .get('/_truth', (req, res) => void res.json(truth(deps, TruthQuery.parse(req.query).wall)))
    .get('/_truth/:owner', (req, res) => void res.json(truthOf(wallAsked(deps, req.params))))
    .get('/_truth/:owner/counts', (req, res) => void res.json(countsOf(wallAsked(deps, req.params))))
    .get('/_truth/:owner/history', (req, res) => {
      const { ownerId } = wallAsked(deps, req.params);
      res.json(historyOf(ownerId, deps.world.changesOf(ownerId, Since.parse(req.query).since)));
    })
    .get('/_log', (req, res) => void res.json(deps.log.since(Since.parse(req.query).since)))
    .get('/_stats', (req, res) => void res.json(deps.statistics.of(StatisticsQuery.parse(req.query))))
    .post('/_control', express.json({ limit: '1mb' }), (req, res) => void res.json(runCommand(Command.parse(req.body))));
};

const wallAsked = ({ world }: CommandDeps, params: unknown): Wall => wallOf(world, TruthPath.parse(params).owner);

/** One wall; or all of them, and every comment of theirs in one list. */
const truth = ({ world }: CommandDeps, ownerId: number | undefined): Truth | WholeTruth => {
  if (ownerId !== undefined) return truthOf(wallOf(world, ownerId));
  const truths = world.walls().map(truthOf);
  return { walls: truths.map(({ comments: _comments, ...wall }) => wall), comments: truths.flatMap(({ comments }) => comments) };
};

type WholeTruth = { readonly walls: readonly Omit<Truth, 'comments'>[]; readonly comments: Truth['comments'] };
