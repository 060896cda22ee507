import { z } from 'zod';
import { defineMethod } from '../api/method.ts';
import { list, missing, word } from '../api/params.ts';
import { refuse } from '../api/refusal.ts';
import { renderCommunity } from '../api/render-owners.ts';
import type { Community } from '../population/model.ts';
import type { World } from '../state/world.ts';

/** `groups.getById`: communities by positive id or short name. Unknown ones are left out; 125 when none is known. */
export const groupsGetById = defineMethod({
  name: 'groups.getById',
  tokens: ['user', 'community', 'service'],
  params: z.object({ group_ids: list({ max: 500 }), group_id: word(), fields: list({ max: 200 }) }),
  answer: ({ group_ids: ids, group_id: id, fields }, world) => {
    const wanted = [...ids, ...(id === undefined || id === '' ? [] : [id])];
    if (wanted.length === 0) throw missing('group_ids');
    const groups = wanted.map((it) => findCommunity(world, it)).filter((it) => it !== undefined);
    if (groups.length === 0) throw refuse(125);
    return { groups: groups.map((it) => renderCommunity(it, fields)), profiles: [] };
  },
});

const findCommunity = (world: World, idOrName: string): Community | undefined => {
  if (/^\d+$/.test(idOrName)) return world.community(Number(idOrName));
  const owner = world.resolve(idOrName);
  return owner?.kind === 'community' ? owner.community : undefined;
};
