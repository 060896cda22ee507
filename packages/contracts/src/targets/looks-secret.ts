/** Tokens of VK by their first sign, or by their length in hex, as service keys and older ones have it; and keys of our own. */
const SECRETS = /\bvk1\.a\.|\b[0-9a-f]{70,}\b|\botk_\w{20,}/i;

/** Whether a text holds what looks like a token or a key: something that was pasted into the wrong place. */
export const looksSecret = (text: string): boolean => SECRETS.test(text);
