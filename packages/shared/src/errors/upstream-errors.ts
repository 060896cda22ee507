import { AppError, type AppErrorOptions } from './app-error.ts';

/** VK failed us. */
export abstract class UpstreamError extends AppError {}

/**
 * What to do about an error code of VK:
 * retry (with backoff) · wait (for a limit window) · token (take another one) · permanent (this resource will never
 * answer) · operator (a person must act) · bug (our request is wrong) · split (ask for less).
 */
export type VkErrorClass = 'retry' | 'wait' | 'token' | 'permanent' | 'operator' | 'bug' | 'split';

/** VK answered with an error object. */
export class VkApiError extends UpstreamError {
  readonly code = 'VK_API';
  /** `error_code` of VK's answer. */
  readonly vkCode: number;
  readonly vkClass: VkErrorClass;
  readonly method: string;
  override readonly retryable: boolean;
  /** Set where VK's answer implies a time to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: AppErrorOptions & { vkCode: number; vkClass: VkErrorClass; method: string; retryAfterMs?: number },
  ) {
    super(message, options);
    this.vkCode = options.vkCode;
    this.vkClass = options.vkClass;
    this.method = options.method;
    this.retryAfterMs = options.retryAfterMs;
    this.retryable = options.vkClass === 'retry' || options.vkClass === 'wait' || options.vkClass === 'split';
  }
}

/** VK did not answer, or answered with something that is not its API: gateway pages, resets, timeouts, broken JSON. */
export class VkTransportError extends UpstreamError {
  readonly code: 'VK_UNREACHABLE' | 'VK_TIMEOUT' | 'VK_BAD_ANSWER';
  override readonly retryable = true;
  /** Of the HTTP answer, where there was one. */
  readonly status: number | undefined;
  /** Set where whoever answered in VK's place asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(code: VkTransportError['code'], message: string, options: AppErrorOptions & { status?: number; retryAfterMs?: number } = {}) {
    super(message, options);
    this.code = code;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Calls are held back because the last ones failed; `cause`: the fault of the call itself, where it was one of them. */
export class CircuitOpenError extends UpstreamError {
  readonly code = 'CIRCUIT_OPEN';
  override readonly retryable = true;
  /** From now until it is worth asking again. */
  readonly retryAfterMs: number;

  constructor(message: string, options: AppErrorOptions & { retryAfterMs: number }) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** No token can ask VK just now: all are parked, used up for today, or not valid, or there is none. */
export class NoTokenError extends UpstreamError {
  readonly code = 'NO_VK_TOKEN';
  override readonly retryable = true;
  /** From now until one may come back, or it is worth looking again. */
  readonly retryAfterMs: number;

  constructor(message: string, options: AppErrorOptions & { retryAfterMs: number }) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}
