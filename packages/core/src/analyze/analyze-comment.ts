import type { AnalysisRow, CommentText } from '@otklik/contracts';
import { detectLanguage } from './detect-language.ts';
import { extractEntities } from './extract-entities.ts';
import type { MatchKeywords } from './match-keywords.ts';
import { contentStems, stemWords } from './stem-words.ts';

/** Everything that is found in one comment. */
export const analyzeComment = ({ ownerId, postId, commentId, text }: CommentText, matchKeywords: MatchKeywords): AnalysisRow => {
  const key = { ownerId, postId, commentId };
  if (text === null || !/\S/.test(text)) {
    return { ...key, language: null, entities: { mentions: [], links: [], hashtags: [], emoji: [] }, stems: [], keywordIds: [] };
  }
  const { entities, plain } = extractEntities(text);
  const words = stemWords(plain);
  return { ...key, language: detectLanguage(plain), entities, stems: contentStems(words), keywordIds: matchKeywords(words) };
};
