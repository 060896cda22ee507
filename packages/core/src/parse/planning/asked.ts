import type { PostKey } from '@otklik/contracts';
import type { CommentsRead, PostsByIdRead, PostsRead } from '../vk-reads.ts';

/** One read of a request, with what its answer is for. `isAhead`: it goes on where the read before it will end. */
export type Asked =
  | { readonly kind: 'listing'; readonly ref: string; readonly isAhead: boolean; readonly read: PostsRead }
  /** Which post is pinned. */
  | { readonly kind: 'pin'; readonly ref: string; readonly read: PostsRead }
  | { readonly kind: 'lookup'; readonly read: PostsByIdRead }
  | { readonly kind: 'level'; readonly isAhead: boolean; readonly read: CommentsRead };

/** `<owner>_<post>`. */
export const postRef = ({ ownerId, postId }: PostKey): string => `${ownerId}_${postId}`;

export const keyOfRef = (ref: string): PostKey => {
  const [ownerId = '', postId = ''] = ref.split('_');
  return { ownerId, postId };
};

export const wallLock = (ref: string): string => `wall ${ref}`;
export const lookupLock = (ref: string): string => `post ${ref}`;
export const levelLock = (post: PostKey, rootId: string | null): string => `level ${postRef(post)} ${rootId ?? ''}`;

/** What nobody else may ask for while this is in flight. */
export const locksOf = (asked: Asked): readonly string[] => {
  switch (asked.kind) {
    case 'listing':
    // An answer that is older than a page must not come behind it: it says nothing of what the page may lack.
    case 'pin':
      return [wallLock(asked.ref)];
    case 'lookup':
      return asked.read.keys.map((key) => lookupLock(postRef(key)));
    case 'level':
      return [levelLock(asked.read, asked.read.rootId)];
  }
};
