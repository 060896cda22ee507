export { StandaloneEnv, type StandaloneConfig, loadStandaloneConfig } from './config.ts';
export { type Standalone, startStandalone } from './start-standalone.ts';
