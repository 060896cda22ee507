/**
 * Options of Node for every worker, wherever it is started. Answers of VK are large and soon done with: left alone, V8 lets
 * the young generation grow to 134 MB and the old one to four times what is in use: 480 MB at the peak of a million comments
 * (`npm run bench -- collect`), against 310 at the same speed. Half the semi-space would save 40 MB more and cost jobs a
 * twentieth of their speed, for collecting garbage twice as often (`npm run bench -- jobs`).
 */
export const workerNodeArgs: readonly string[] = ['--max-semi-space-size=32', '--heap-growing-percent=100'];
