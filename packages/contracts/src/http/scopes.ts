import { z } from 'zod';

/** What an API key may do; `admin` may do everything in its workspace. */
export const scopes = ['jobs:read', 'jobs:write', 'data:read', 'data:write', 'admin'] as const;
export const Scope = z.enum(scopes);
export type Scope = z.output<typeof Scope>;
