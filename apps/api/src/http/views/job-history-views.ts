import type { AttemptBody, EventBody, JobAttempt, JobEvent, JobLogLine, LogLineBody } from '@otklik/contracts';

export const toAttemptBody = ({ startedAt, finishedAt, ...attempt }: JobAttempt): AttemptBody => ({
  ...attempt,
  startedAt: startedAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
  durationMs: finishedAt === null ? null : finishedAt.getTime() - startedAt.getTime(),
});

export const toEventBody = ({ at, ...event }: JobEvent): EventBody => ({ ...event, at: at.toISOString() });

export const toLogLineBody = ({ at, fields, ...line }: JobLogLine): LogLineBody => ({
  ...line,
  at: at.toISOString(),
  fields: fields === null ? null : { ...fields },
});
