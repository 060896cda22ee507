import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './paths.mjs';
import { PreparationFailed } from './preparation-failed.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program and keeps what it says. A signal to us is a signal to it, and ends the preparation.
 * @returns {Promise<{ code: number, output: string }>} code 127 when there is no such program
 */
export const runQuietly = ({ program, args, env = process.env, cwd = root, timeoutMs }) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));

    let stoppedBy;
    const onSignal = (signal) => {
      stoppedBy = signal;
      child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    const done = (finish) => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      if (stoppedBy === undefined) finish();
      else reject(new PreparationFailed('Stopped.', 128 + constants.signals[stoppedBy]));
    };

    child.once('error', (error) => done(() => resolve({ code: 127, output: `${error.message}\n` })));
    child.once('close', (code) => done(() => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() })));
  });
