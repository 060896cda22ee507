import { z } from 'zod';
import { Id, Text } from './scalars.ts';

export const User = z.object({
  id: Id,
  first_name: Text.default(''),
  last_name: Text.default(''),
  screen_name: Text.optional(),
  deactivated: z.string().optional(),
  is_closed: z.boolean().optional(),
  can_access_closed: z.boolean().optional(),
});

export const Group = z.object({
  id: Id,
  name: Text.default(''),
  screen_name: Text.optional(),
  type: z.string().optional(),
  /** 0 open, 1 closed, 2 private. Whatever else comes tells nothing. */
  is_closed: z.number().optional().catch(undefined),
  deactivated: z.string().optional(),
});

/** Who is mentioned in an answer with `extended=1`. */
export const People = z.object({
  profiles: z.array(User).default([]),
  groups: z.array(Group).default([]),
});

/** A user or community that wrote. */
export type VkAuthor = {
  /** `id123` or `club45`. */
  readonly authorKey: string;
  readonly name: string;
  readonly screenName: string | null;
  /** `deleted` or `banned`; null for a living page. */
  readonly deactivated: string | null;
};

export const toAuthors = ({ profiles, groups }: z.output<typeof People>): VkAuthor[] => [
  ...profiles.map((user) => ({
    authorKey: `id${user.id}`,
    name: `${user.first_name} ${user.last_name}`.trim(),
    screenName: user.screen_name ?? null,
    deactivated: user.deactivated ?? null,
  })),
  ...groups.map((group) => ({
    authorKey: `club${group.id}`,
    name: group.name,
    screenName: group.screen_name ?? null,
    deactivated: group.deactivated ?? null,
  })),
];
