import type { Method } from '../api/method.ts';
import { groupsGetById } from './groups-get-by-id.ts';
import { likesGetList } from './likes-get-list.ts';
import { usersGet } from './users-get.ts';
import { utilsResolveScreenName } from './utils-resolve-screen-name.ts';
import { videoGetComments } from './video-get-comments.ts';
import { wallGetById } from './wall-get-by-id.ts';
import { wallGetComment } from './wall-get-comment.ts';
import { wallGetComments } from './wall-get-comments.ts';
import { wallGet } from './wall-get.ts';

/** Every method that the simulator knows, besides `execute`. */
export const methods: readonly Method[] = [
  wallGet,
  wallGetById,
  wallGetComments,
  wallGetComment,
  groupsGetById,
  usersGet,
  utilsResolveScreenName,
  likesGetList,
  videoGetComments,
];
