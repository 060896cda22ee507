import type { JobMoves } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { createAttemptMoves } from './attempt-moves.ts';
import { createCancelMoves } from './cancel-moves.ts';
import { createDispatchMoves } from './dispatch-moves.ts';
import { createEndMoves } from './end-moves.ts';
import { createRepairMoves } from './repair-moves.ts';
import { createStartMoves } from './start-moves.ts';
import { createSubmitMoves } from './submit-moves.ts';
import { createSucceedMoves } from './succeed-moves.ts';
import { createSuspectMoves } from './suspect-moves.ts';
import { createTokenWaitMoves } from './token-wait-moves.ts';

/** The whole table of moves on one pool. */
export const createJobMoves = (sql: Sql): JobMoves => ({
  ...createSubmitMoves(sql),
  ...createDispatchMoves(sql),
  ...createStartMoves(sql),
  ...createSuspectMoves(sql),
  ...createAttemptMoves(sql),
  ...createSucceedMoves(sql),
  ...createEndMoves(sql),
  ...createCancelMoves(sql),
  ...createRepairMoves(sql),
  ...createTokenWaitMoves(sql),
});
