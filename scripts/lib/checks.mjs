import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceDirs } from './fingerprints.mjs';
import { root } from './paths.mjs';

const projects = () => workspaceDirs().filter((dir) => existsSync(join(root, dir, 'tsconfig.json')));

/** The checks in the order they run. The programs are found on the PATH, which begins with the project's own. */
export const checks = {
  types: {
    commands: () => [
      ['tsc', '-b', ...projects()],
      ['tsc', '-p', 'tsconfig.tests.json'],
    ],
    advice: 'The types do not fit.',
  },
  lint: {
    commands: () => [['oxlint', '--type-aware', '--deny-warnings']],
    advice: 'The rules and their reasons are in .oxlintrc.json.',
  },
  imports: {
    commands: () => [
      [
        'depcruise',
        '--config',
        '.dependency-cruiser.mjs',
        'packages',
        'apps',
        'bench',
        'deploy',
        ...(existsSync(join(root, 'tests')) ? ['tests'] : []),
      ],
    ],
    advice: 'Who may import whom is said in ARCHITECTURE.md and .dependency-cruiser.mjs.',
  },
  'dead-code': {
    commands: () => [['knip', '--no-progress', '--no-config-hints']],
    advice: 'Remove what nobody uses, or say in knip.json why it stays.',
  },
  format: {
    commands: () => [['oxfmt', '--check']],
    advice: '`npm run format` formats everything.',
  },
};
