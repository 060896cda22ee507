/** Headers of answers that callers can rely on, in the words of the document. */
export const answerHeaders = {
  Location: { description: 'Where the object is that this answer is about.', type: 'string' },
  'Retry-After': { description: 'Seconds until it is worth asking again.', type: 'integer' },
  ETag: { description: 'Names this version of the object; a strong tag.', type: 'string' },
  Link: { description: '`rel="next"` leads to the next page; absent on the last one.', type: 'string' },
  'Idempotency-Replayed': { description: '`true`: this Idempotency-Key was used before, and this is what came of it.', type: 'string' },
  'WWW-Authenticate': { description: 'How to say who you are.', type: 'string' },
  'Content-Disposition': { description: 'The name of the file.', type: 'string' },
  'Content-Length': { description: 'Bytes of the file.', type: 'integer' },
  'Repr-Digest': { description: 'SHA-256 of the file (RFC 9530).', type: 'string' },
} as const;
export type AnswerHeader = keyof typeof answerHeaders;
