import type { Method } from '../api/method.ts';
import { groupsGetById } from './groups-get-by-id.ts';
import { usersGet } from './users-get.ts';
import { utilsResolveScreenName } from './utils-resolve-screen-name.ts';
import { wallGetById } from './wall-get-by-id.ts';
import { wallGetComments } from './wall-get-comments.ts';
import { wallGet } from './wall-get.ts';

/** Every method that the simulator knows. */
export const methods: readonly Method[] = [wallGet, wallGetById, wallGetComments, groupsGetById, usersGet, utilsResolveScreenName];
