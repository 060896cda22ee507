import type { KeywordRow, KeywordStore } from '@otklik/contracts';
import { ValidationError } from '@otklik/shared';
import { normalizePhrase } from '../analyze/match-keywords.ts';

type Deps = { readonly keywords: KeywordStore };

export type AddKeyword = (input: { readonly workspaceId: string; readonly phrase: string }) => Promise<KeywordRow>;

/**
 * Adds a phrase to look for, or returns the one that is there already in another form of its words. It takes effect in
 * analyses that start later. Throws ValidationError when the phrase has no words.
 */
export const makeAddKeyword =
  ({ keywords, newId }: Pick<Deps, 'keywords'> & { readonly newId: () => string }): AddKeyword =>
  async ({ workspaceId, phrase }) => {
    const normalized = normalizePhrase(phrase);
    if (normalized === '')
      throw new ValidationError('The phrase has no words.', [{ pointer: '/phrase', detail: 'must have a letter or a digit' }]);
    return keywords.add({ workspaceId, id: newId(), phrase: phrase.trim(), normalized });
  };

/** All keywords of a workspace. */
export const makeListKeywords =
  ({ keywords }: Deps) =>
  (workspaceId: string): Promise<readonly KeywordRow[]> =>
    keywords.list(workspaceId);

/** Removes a keyword with all its hits. false: there is none in this workspace. */
export const makeRemoveKeyword =
  ({ keywords }: Deps) =>
  (workspaceId: string, id: string): Promise<boolean> =>
    keywords.remove(workspaceId, id);
