/** What a wall belongs to: a user, or a community of one of three sorts. */
export const wallKinds = ['user', 'group', 'page', 'event'] as const;
export type WallKind = (typeof wallKinds)[number];

/** A wall that was collected. */
export type WallRow = {
  readonly ownerId: string;
  readonly kind: WallKind;
  readonly name: string;
  readonly screenName: string | null;
};
