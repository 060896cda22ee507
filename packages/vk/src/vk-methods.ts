/** The methods of VK that Otklik calls: a closed list, because each has a circuit and series of its own. */
export const vkMethods = [
  'execute',
  'groups.getById',
  'users.get',
  'utils.resolveScreenName',
  'wall.get',
  'wall.getById',
  'wall.getComments',
] as const;
export type VkMethod = (typeof vkMethods)[number];

/** Whose token it is. VK limits and breaks methods by kind; the text of a token does not tell it. */
export const vkTokenKinds = ['service', 'user'] as const;
export type VkTokenKind = (typeof vkTokenKinds)[number];
