import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stateDir } from './paths.mjs';

/** How the registry is reached stays as the person has set it. */
const KEPT = /^npm_config_(registry|userconfig|globalconfig|cache|cafile|ca|proxy|https_proxy|noproxy|strict_ssl)$/i;
const OF_NPM = /^npm_(config|package|lifecycle)_|^npm_(command|execpath|node_execpath)$/i;

/**
 * The environment for the package manager and the build: without what npm adds for its scripts (another package
 * manager would take it for settings), and with a home folder that can be written.
 */
export const toolEnv = () => {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_NPM.test(name) || KEPT.test(name)));
  return { ...env, HOME: usableHome(env.HOME), CI: env.CI || 'true', TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
};

const usableHome = (home) => {
  try {
    if (home) {
      accessSync(home, constants.W_OK);
      return home;
    }
  } catch {
    // Missing or closed: one of our own then.
  }
  const own = join(stateDir, 'home');
  mkdirSync(own, { recursive: true });
  return own;
};
