import type { Dispatcher } from 'undici';

type Handler = Dispatcher.DispatchHandler;

/**
 * A dispatcher that says when a request is written to its connection. Until then it may have waited for a connection to be
 * opened, which takes far longer than the distances that pacing keeps.
 */
export const tellStart = (dispatcher: Dispatcher, onStart: () => void): Dispatcher =>
  dispatcher.compose((dispatch) => (options, handler) => dispatch(options, telling(handler, onStart)));

const telling = (handler: Handler, onStart: () => void): Handler => ({
  onRequestStart: (controller, context) => {
    onStart();
    handler.onRequestStart?.(controller, context);
  },
  onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
  onResponseStarted: () => handler.onResponseStarted?.(),
  onResponseStart: (...args) => handler.onResponseStart?.(...args),
  onResponseData: (...args) => handler.onResponseData?.(...args),
  onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
  onResponseError: (...args) => handler.onResponseError?.(...args),
});
