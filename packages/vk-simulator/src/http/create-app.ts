import express, { type Express } from 'express';
import { makeAnswerCall } from '../api/make-answer-call.ts';
import type { CommandDeps } from '../control/run-command.ts';
import { controlRoutes } from '../control/control-routes.ts';
import { methods } from '../methods/method-list.ts';
import { answerError } from './answer-error.ts';
import { methodRoutes } from './method-routes.ts';

/** The simulated VK and its controls as one HTTP application. */
export const createApp = (deps: CommandDeps): Express => {
  const app = express();
  app.disable('x-powered-by');
  // Nobody revalidates answers of an API, and hashing them costs time.
  app.disable('etag');
  return app
    .use(methodRoutes({ ...deps, answerCall: makeAnswerCall({ ...deps, methods }) }))
    .use(controlRoutes(deps))
    .use(answerError);
};
