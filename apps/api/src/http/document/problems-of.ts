import type { OperationInput } from '@otklik/contracts';
import type { ErrorCode } from '@otklik/shared';
import type { KeyedRoute, Route } from '../route.ts';

/** Whatever the route: a bug of ours, or an answer that took too long. */
const ALWAYS: readonly ErrorCode[] = ['INTERNAL', 'SERVICE_UNAVAILABLE'];

/** Who calls is looked up in the database. */
const OF_KEYED: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'DB_UNAVAILABLE', 'DB_TIMEOUT', 'DB_CONFLICT', 'DB_REJECTED'];

/** What a route can be answered with beside what it answers itself: from its scope, its input, and what it names. */
export const problemsOf = (route: Route): readonly ErrorCode[] => {
  if (route.scope === 'public') return ALWAYS;
  const named = 'problems' in route.doc ? route.doc.problems : undefined;
  return [...new Set([...ALWAYS, ...OF_KEYED, ...ofInput(route), ...(named ?? [])])];
};

const ofInput = ({ input }: KeyedRoute): ErrorCode[] => [
  'VALIDATION',
  ...(input.path ? (['MALFORMED_URL', 'NOT_FOUND'] as const) : []),
  ...(input.body ? (['MALFORMED_BODY', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
  ...(takes(input, 'if-match') ? (['PRECONDITION_FAILED'] as const) : []),
  ...(takes(input, 'idempotency-key') ? (['IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH'] as const) : []),
];

const takes = ({ header }: OperationInput, name: string): boolean => header !== undefined && Object.hasOwn(header.shape, name);
