export { ApiEnv, type ApiConfig, loadApiConfig } from './config.ts';
export { type ApiOptions, type RunningApi, startApi } from './start-api.ts';
