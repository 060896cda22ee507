import { AppError } from './app-error.ts';

/** The process can't start as configured. The message lists every fault at once; the process exits with 78. */
export class ConfigError extends AppError {
  readonly code = 'CONFIG';
}
