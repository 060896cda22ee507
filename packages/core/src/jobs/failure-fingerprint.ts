import { createHash } from 'node:crypto';
import { type AppError, InternalError } from '@otklik/shared';

const LENGTH = 12;

/**
 * A short id that failures of the same cause share, whatever job, process or machine they happened in: code, class, message
 * without what differs from case to case, and the place in our code. Lines are left out: the id outlives an edit above it.
 */
export const fingerprintFailure = (error: AppError): string => {
  // What we did not foresee is wrapped: what it is stands inside.
  const origin = error instanceof InternalError && error.cause instanceof Error ? error.cause : error;
  const parts = [error.code, origin.name, normalize(origin.message), placeOf(origin)];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, LENGTH);
};

const MAX_MESSAGE = 500;

/** Quoted words, addresses, ids and numbers are about the case, not about the cause. */
const normalize = (message: string): string =>
  message
    .slice(0, MAX_MESSAGE)
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|«[^»]*»/g, '?')
    .replaceAll(/\w+:\/\/\S+/g, '?')
    .replaceAll(/\b[a-z]{3}_[0-9a-f]{32}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '?')
    .replaceAll(/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '?')
    .replaceAll(/-?\d+(?:[.,_]\d+)*/g, '?');

/** `core/parse/follow-wall`, be it a source, compiled, or installed in a bundle. */
const OUR_FILE = /(?:packages|apps|@otklik)[/\\]([\w-]+)[/\\](?:src|dist)[/\\]([\w./\\-]+?)\.[cm]?[jt]s\b/;

const placeOf = ({ stack = '' }: Error): string => {
  for (const line of stack.split('\n')) {
    const [, room, file] = (line.trimStart().startsWith('at ') && OUR_FILE.exec(line)) || [];
    if (room !== undefined && file !== undefined) return `${room}/${file.replaceAll('\\', '/')}`;
  }
  return '';
};
