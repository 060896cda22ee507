import { type VkRefusal, refuse } from '../api/refusal.ts';

/** The script can't be read: error 12 in VK's words. */
export const compileError = (what: string, line: number): VkRefusal => refuse(12, `${what} in line ${line}`);

/** The script can't go on: error 13 in VK's words. */
export const runtimeError = (what: string): VkRefusal => refuse(13, what);
