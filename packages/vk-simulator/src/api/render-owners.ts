import type { Community, Person } from '../population/model.ts';
import type { World } from '../state/world.ts';

const PICTURES = 'https://sun.example/ava';

/** A person in VK's words. `fields` adds what was asked for by name. */
export const renderPerson = (person: Person, fields: readonly string[] = []) => ({
  id: person.id,
  first_name: person.firstName,
  last_name: person.lastName,
  ...(person.deactivated === undefined
    ? { can_access_closed: !person.isClosed, is_closed: person.isClosed }
    : { deactivated: person.deactivated }),
  ...select(extrasOf(person), fields),
});

const extrasOf = (person: Person): Readonly<Record<string, unknown>> => ({
  sex: person.sex,
  screen_name: person.screenName,
  domain: person.screenName,
  photo_50: `${PICTURES}/u50.jpg`,
  photo_100: `${PICTURES}/u100.jpg`,
  photo_200: `${PICTURES}/u200.jpg`,
  online: 0,
  has_photo: 1,
  ...(person.city === '' ? {} : { city: { id: 1, title: person.city } }),
  ...(person.deactivated === undefined ? { verified: 0, followers_count: (person.id * 7) % 1_000 } : {}),
});

/** A community in VK's words. */
export const renderCommunity = (community: Community, fields: readonly string[] = []) => ({
  id: community.id,
  name: community.name,
  screen_name: community.screenName,
  is_closed: community.isClosed,
  ...(community.deactivated === undefined ? {} : { deactivated: community.deactivated }),
  type: community.type,
  photo_50: `${PICTURES}/g50.jpg`,
  photo_100: `${PICTURES}/g100.jpg`,
  photo_200: `${PICTURES}/g200.jpg`,
  ...select(
    { members_count: community.members, description: community.description, status: '', verified: 0, site: '', activity: 'Город' },
    fields,
  ),
});

/** What `extended=1` adds without being asked for more. */
const ALWAYS = ['sex', 'screen_name', 'photo_50', 'photo_100', 'online'];

/** The `profiles` and `groups` beside a list: everybody whom it mentions by id, once. */
export const renderAuthors = (ids: Iterable<number>, { world, fields }: { readonly world: World; readonly fields: readonly string[] }) => {
  const unique = [...new Set(ids)];
  const people = unique.map((id) => (id > 0 ? world.person(id) : undefined));
  const communities = unique.map((id) => (id < 0 ? world.community(-id) : undefined));
  return {
    profiles: people.filter((it) => it !== undefined).map((it) => renderPerson(it, [...ALWAYS, ...fields])),
    groups: communities.filter((it) => it !== undefined).map((it) => renderCommunity(it, fields)),
  };
};

const select = (values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
