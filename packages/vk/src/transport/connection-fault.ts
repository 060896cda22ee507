import { VkTransportError } from '@otklik/shared';

const CODE = /^[A-Z][A-Z0-9_]{2,60}$/;
const UNRESOLVED: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA']);
/** Names that zlib gives to its faults. */
const UNPACKABLE = /^Z_/;
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_/;

/**
 * What kept a request from its answer, in a sentence. Each of these may pass without anybody changing the request: names
 * resolve again, certificates are renewed. Whether the other side is VK is checked always.
 */
export const toConnectionFault = (method: string, thrown: unknown): VkTransportError => {
  const code = codeOf(thrown);
  if (code !== undefined && UNPACKABLE.test(code))
    return new VkTransportError('VK_BAD_ANSWER', `VK's answer to ${method} can not be unpacked (${code}).`, {
      cause: thrown,
      context: { method },
    });
  return new VkTransportError('VK_UNREACHABLE', sentenceOf(code), {
    cause: thrown,
    context: { method, ...(code !== undefined && { reason: code }) },
  });
};

const sentenceOf = (code: string | undefined): string => {
  if (code === undefined) return 'The connection to VK failed.';
  if (UNRESOLVED.has(code)) return `The name of VK's server can not be resolved (${code}).`;
  if (UNTRUSTED.test(code)) return `Whoever answers in VK's place has no certificate that this machine trusts (${code}).`;
  return `The connection to VK failed (${code}).`;
};

/** The name that the system or the TLS library gives to the fault; undici wraps it once or twice. */
const codeOf = (thrown: unknown, depth = 0): string | undefined => {
  if (typeof thrown !== 'object' || thrown === null || depth > 5) return undefined;
  if ('code' in thrown && typeof thrown.code === 'string' && CODE.test(thrown.code)) return thrown.code;
  return 'cause' in thrown ? codeOf(thrown.cause, depth + 1) : undefined;
};
