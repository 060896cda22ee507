import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

export type Guarded = { readonly pids: readonly number[]; readonly dirs?: readonly string[] };

/**
 * Watches over processes that would outlive us: when this process dies, however it does, they are killed and their
 * directories removed. The returned function calls the guard off; call it before the processes end in another way, because
 * their pids may then belong to somebody else.
 */
export const guard = ({ pids, dirs = [] }: Guarded): (() => void) => {
  // `read` fails at the end of the input, which comes when the other end of the pipe is gone.
  const script = 'read -r _ && exit; kill -CONT "$@" 2>/dev/null; kill -KILL "$@" 2>/dev/null; sleep 1; eval "rm -rf -- $DIRS"';
  const DIRS = dirs.map((dir) => `'${dir}'`).join(' ');
  const args = ['-c', script, 'guard', ...pids.map(String)];
  const child = spawn('/bin/sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: '/usr/bin:/bin', DIRS } });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return () => child.stdin.end('done\n');
};
