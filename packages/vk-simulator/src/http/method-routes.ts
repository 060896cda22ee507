import { setTimeout as delay } from 'node:timers/promises';
import express, { type Request, type Response, type Router } from 'express';
import type { Answer } from '../api/make-answer-call.ts';
import { refusalText } from '../api/refusal-text.ts';
import { refuseWith } from '../api/refusal.ts';
import type { CallLog } from '../control/call-log.ts';
import type { Fault } from '../control/fault.ts';
import type { Latency } from '../control/latency.ts';
import type { Script } from '../control/script.ts';
import type { RequestStatistics } from '../statistics/request-statistics.ts';
import { type Call, readCall } from './read-call.ts';
import { sendJson, sendPage } from './send-answer.ts';
import { sendFault } from './send-fault.ts';

export type MethodRoutesDeps = {
  readonly answerCall: (call: Call) => Answer;
  readonly script: Script;
  readonly log: CallLog;
  readonly statistics: RequestStatistics;
  readonly latency: Latency;
  readonly now: () => number;
};

/** Longer addresses are for bodies. */
const MAX_URL = 2_048;

/** `/method/<name>` under GET and POST. Errors of the API come with HTTP 200, as from VK. */
export const methodRoutes = (deps: MethodRoutesDeps): Router => {
  const handle = async (req: Request<{ name: string }>, res: Response): Promise<void> => {
    if (req.url.length > MAX_URL) return sendPage(res, 414);
    const call = readCall(req, req.params.name);
    const time = deps.now();
    const fault = deps.script.faultFor(call.method, call.params);
    const answer = answerFor(deps, call, fault);
    const request = { method: call.method, time, outcome: outcomeOf(answer, fault) };
    deps.log.add({ ...request, params: call.params }, answer.inner);
    deps.statistics.add({ ...request, ...answer, outcome: request.outcome, token: call.token });
    const latency = deps.latency.next(answer.inner.length);
    if (latency > 0) await delay(latency, undefined, { ref: false });
    await (fault === undefined || fault.kind === 'error' ? sendJson(req, res, answer.text) : sendFault(fault, answer.text, { req, res }));
  };
  const readBody = express.text({ type: 'application/x-www-form-urlencoded', limit: '1mb' });
  return express.Router().get('/method/:name', handle).post('/method/:name', readBody, handle);
};

/** What VK's code would have answered; a scripted error comes before any check. */
const answerFor = ({ answerCall }: MethodRoutesDeps, call: Call, fault: Fault | undefined): Answer => {
  if (fault?.kind !== 'error') return answerCall(call);
  const refusal = refuseWith(fault.code, fault.message);
  return { outcome: refusal.vkCode, text: refusalText(call, refusal), isStarted: false, inner: [] };
};

const outcomeOf = (answer: Answer, fault: Fault | undefined) =>
  fault === undefined || fault.kind === 'error' ? answer.outcome : fault.kind;
