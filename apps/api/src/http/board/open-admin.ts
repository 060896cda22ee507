import type { QueuePauses } from '@otklik/contracts';
import type { Authenticate, SteerQueues } from '@otklik/core';
import { type QueueEngine, createBoard } from '@otklik/queue';
import type { Logger, Scope } from '@otklik/shared';
import type { Router } from 'express';
import type { ReadJobAnswer } from '../read-job-answer.ts';
import { boardRoutes } from './board-routes.ts';
import { BOARD_PATH, adminJobPath } from './paths.ts';

type Options = {
  /** Default: off. */
  readonly access?: 'off' | 'read' | 'write';
  /** The badge; default: none worth reading. */
  readonly environment?: string;
  readonly engine: QueueEngine;
  readonly scope: Scope;
  readonly authenticate: Authenticate;
  readonly readJobAnswer: ReadJobAnswer;
  readonly steerQueues: SteerQueues;
  readonly pauses: Pick<QueuePauses, 'list'>;
  readonly logger: Logger;
};

/** The pages below `/admin`; undefined where the board is off. Needs no queue until somebody looks. */
export const openAdmin = async (options: Options): Promise<Router | undefined> => {
  const { access = 'off', environment = '', engine, scope, pauses, steerQueues } = options;
  if (access === 'off') return undefined;
  const board = await createBoard({
    engine,
    access,
    environment,
    basePath: BOARD_PATH,
    jobPath: adminJobPath,
    pauses: { ...steerQueues, list: async () => new Set((await pauses.list()).map(({ type }) => type)) },
  });
  scope.use('board', board, (it) => it.close());
  return boardRoutes({ ...options, board });
};
