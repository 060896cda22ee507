import { VkApiError } from '@otklik/shared';
import { z } from 'zod';
import { Group, User } from '../answers/people.ts';
import { Id } from '../answers/scalars.ts';
import { vkErrorRule } from '../errors/error-table.ts';
import type { CallVk } from '../pool/pool-call.ts';

/** Whose wall it is. */
export type VkWall = {
  /** Signed: communities are negative. */
  readonly ownerId: string;
  readonly kind: 'user' | 'group' | 'page' | 'event';
  readonly name: string;
  readonly screenName: string | null;
  /** A closed or private community, or a profile that the token may not look into: members and friends see more. */
  readonly isClosed: boolean;
};

/** An unknown name is an empty array in practice and error 104 in the schema. */
const Resolved = z.union([z.object({ type: z.string(), object_id: Id }), z.tuple([])]);
/** 5.199 wraps the communities; before it was a bare array. */
const Groups = z.union([z.array(Group), z.object({ groups: z.array(Group) }).transform(({ groups }) => groups)]);

const COMMUNITIES: ReadonlySet<string> = new Set(['group', 'page', 'event']);
const isCommunityKind = (kind: string): kind is VkWall['kind'] => COMMUNITIES.has(kind);

/**
 * Finds the wall behind a signed id or a screen name. Throws VkApiError: 104 for an unknown name, 18 for a page that was
 * deleted or banned.
 */
export const makeResolveWall = ({ call }: { readonly call: CallVk }) => {
  const community = async (id: string, signal: AbortSignal): Promise<VkWall> => {
    const method = 'groups.getById';
    const [group] = await call({ method, params: { group_id: id }, answer: Groups, signal });
    if (group === undefined) throw noSuch(method, 125);
    if (group.deactivated !== undefined) throw noSuch(method, 18);
    const kind = group.type !== undefined && isCommunityKind(group.type) ? group.type : 'group';
    return { ownerId: `-${group.id}`, kind, name: group.name, screenName: group.screen_name ?? null, isClosed: (group.is_closed ?? 0) > 0 };
  };

  const user = async (id: string, signal: AbortSignal): Promise<VkWall> => {
    const method = 'users.get';
    const [found] = await call({ method, params: { user_ids: id, fields: 'screen_name' }, answer: z.array(User), signal });
    if (found === undefined) throw noSuch(method, 113);
    if (found.deactivated !== undefined) throw noSuch(method, 18);
    const name = `${found.first_name} ${found.last_name}`.trim();
    const isClosed = found.is_closed === true && found.can_access_closed !== true;
    return { ownerId: found.id, kind: 'user', name, screenName: found.screen_name ?? null, isClosed };
  };

  const byOwner = (ownerId: string, signal: AbortSignal): Promise<VkWall> =>
    ownerId.startsWith('-') ? community(ownerId.slice(1), signal) : user(ownerId, signal);

  return async (ref: string, signal: AbortSignal): Promise<VkWall> => {
    if (/^-?\d+$/.test(ref)) return byOwner(ref, signal);
    const method = 'utils.resolveScreenName';
    const resolved = await call({ method, params: { screen_name: ref }, answer: Resolved, signal });
    if (!('type' in resolved)) throw noSuch(method, 104);
    if (resolved.type === 'user') return user(resolved.object_id, signal);
    if (isCommunityKind(resolved.type)) return community(resolved.object_id, signal);
    throw noSuch(method, 104);
  };
};

/** VK has nothing there, in the words of its own code for it. */
export const noSuch = (method: string, vkCode: number): VkApiError => {
  const rule = vkErrorRule(vkCode);
  return new VkApiError(rule.sentence, { vkCode, vkClass: rule.class, method, context: { vkCode, method } });
};
