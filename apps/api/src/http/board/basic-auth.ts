import { type Authenticate, type Principal, requireScope } from '@otklik/core';
import { AuthError } from '@otklik/shared';

/**
 * Who comes with HTTP Basic: any user name, and a key of scope `admin` as the password. For the pages under `/admin`
 * only, where a browser can send nothing else. Throws AuthError (`UNAUTHENTICATED`, `FORBIDDEN`) or DatabaseError.
 */
export const makeAdmit =
  ({ authenticate }: { readonly authenticate: Authenticate }) =>
  async (authorization: string | undefined): Promise<Principal> => {
    const principal = await authenticate(passwordOf(authorization));
    requireScope(principal, 'admin');
    return principal;
  };

/** RFC 7617: base64 of `user:password`; the first colon ends the user name. */
const passwordOf = (authorization = ''): string => {
  const [, credentials = ''] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? [];
  const [, password] = /^[^:]*:(.+)$/s.exec(Buffer.from(credentials, 'base64').toString('utf8')) ?? [];
  if (password === undefined)
    throw new AuthError('UNAUTHENTICATED', 'Send an API key of scope admin as the password; the user name is free.');
  return password;
};
