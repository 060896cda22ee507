/**
 * Options of Node for every worker, wherever it is started. Answers of VK are large and soon done with: left alone, V8 lets
 * the young generation grow to 134 MB and the old one to four times what is in use: 480 MB where 290 are enough, at the
 * same speed (`npm run bench -- collect`, a million comments).
 */
export const workerNodeArgs: readonly string[] = ['--max-semi-space-size=16', '--heap-growing-percent=100'];
