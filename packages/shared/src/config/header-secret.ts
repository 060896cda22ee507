import { z } from 'zod';

/**
 * A secret that is sent in a header of HTTP: printable ASCII without spaces. With a line break in it, undici refuses the request
 * and quotes the whole header in its error.
 */
export const HeaderSecret = z.string().regex(/^[\x21-\x7e]+$/, 'has to be ASCII without spaces and line breaks');
