import { z } from 'zod';
import { defineMethod } from '../api/method.ts';
import { list, oneOf } from '../api/params.ts';
import { refuse } from '../api/refusal.ts';
import { renderPerson } from '../api/render-owners.ts';
import type { Person } from '../population/model.ts';
import type { World } from '../state/world.ts';

/** `users.get`: people by id or short name; unknown ones are left out. Names come in the nominative whatever is asked. */
export const usersGet = defineMethod({
  name: 'users.get',
  tokens: ['user', 'community', 'service'],
  params: z.object({
    user_ids: list({ max: 1_000 }),
    fields: list({ max: 200 }),
    name_case: oneOf(['nom', 'gen', 'dat', 'acc', 'ins', 'abl']),
  }),
  answer: ({ user_ids: ids, fields }, world) =>
    ids
      .map((id) => findPerson(world, id))
      .filter((it) => it !== undefined)
      .map((it) => renderPerson(it, fields)),
});

const findPerson = (world: World, idOrName: string): Person | undefined => {
  // Communities have negative ids elsewhere, and none here.
  if (/^-\d+$/.test(idOrName)) throw refuse(113);
  if (/^\d+$/.test(idOrName)) return world.person(Number(idOrName));
  const owner = world.resolve(idOrName);
  return owner?.kind === 'person' ? owner.person : undefined;
};
