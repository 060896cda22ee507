import { type ApiDocument, type Operation, type ProblemDoc, makeApiDocument } from '@otklik/contracts';
import { type ErrorCode, VERSION, errorCatalog } from '@otklik/shared';
import type { Route } from '../route.ts';
import { problemsOf } from './problems-of.ts';

const DESCRIPTION = `
Otklik collects the comments of VK communities, analyzes them, and hands them over.

Work is a **job**: \`POST /v1/jobs/{type}\` answers \`202\` once the job is recorded, \`GET /v1/jobs/{id}\` follows it.

- **Keys.** \`Authorization: Bearer otk_…\`, never in a URL. Each operation names the scope that it needs; \`admin\` may do
  everything in its workspace. Another workspace's object is a \`404\`.
- **Problems** are RFC 9457: decide by \`code\`, tell people \`detail\`. A path that exists answers other methods with \`405\`
  and \`Allow\`; every \`GET\` is served as \`HEAD\` too.
- **Lists** come in pages: pass \`nextCursor\` as \`cursor\`, or follow \`Link: rel="next"\`.
- **Again, safely.** With an \`Idempotency-Key\` the same request makes one job, however often it is sent.
- **Times** are RFC 3339 in UTC; durations are in fields named \`…Ms\`. Ids of VK are text.
- **Growth.** Within \`/v1\` answers may get new properties and operations new problems; nothing that is there goes away.
`.trim();

/** The document of these routes. Throws when a schema can't be shown. */
export const describeApi = (routes: readonly Route[]): ApiDocument => {
  const operations = routes.flatMap(toOperation);
  const codes = new Set<string>(['METHOD_NOT_ALLOWED', ...operations.flatMap(({ problems }) => problems.map(({ code }) => code))]);
  return makeApiDocument({
    version: VERSION,
    description: DESCRIPTION,
    operations,
    problems: toProblemDocs(allCodes().filter((code) => codes.has(code))),
  });
};

/** `/v1/jobs/:id\:cancel` → `/v1/jobs/{id}:cancel`. */
export const documentPath = (path: string): string => path.replaceAll(/(?<!\\):(\w+)/g, '{$1}').replaceAll('\\', '');

const toOperation = (route: Route): Operation[] => {
  const { doc, method, scope, path } = route;
  if ('undocumented' in doc) return [];
  const problems = toProblemDocs(allCodes().filter((code) => problemsOf(route).includes(code)));
  return [{ method, path: documentPath(path), scope, doc, input: scope === 'public' ? {} : route.input, problems }];
};

const toProblemDocs = (codes: readonly ErrorCode[]): ProblemDoc[] =>
  codes.map((code) => {
    const { status, title, retryAfterS } = errorCatalog[code];
    return { code, status, title, retryAfter: retryAfterS !== undefined };
  });

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCatalog, code);

/** In the order of the catalog. */
const allCodes = (): ErrorCode[] => Object.keys(errorCatalog).filter(isErrorCode);
