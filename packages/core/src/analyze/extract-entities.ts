import type { EntityLists } from '@otklik/contracts';

export type Extracted = {
  /** Each once, in the order of the text. */
  readonly entities: EntityLists;
  /** What a person wrote: without mentions, links and the signs of hashtags. */
  readonly plain: string;
};

/**
 * Mentions (`id1`, `club45`), links, hashtags (lower case, with `#`) and emoji of a comment. The name inside a mention
 * is not the writer's word and goes with it; the label of a link and the word of a hashtag stay in the plain text.
 */
export const extractEntities = (text: string): Extracted => {
  const mentions = new Set<string>();
  const links = new Set<string>();
  const hashtags = new Set<string>();

  const mention = (_: string, kind: string, id: string): string => {
    mentions.add(`${kind.toLowerCase() === 'id' ? 'id' : 'club'}${id}`);
    return ' ';
  };
  const plain = text
    .replace(BRACKET_MENTION, mention)
    .replace(BRACKET_LINK, (_: string, link: string, label: string) => {
      links.add(link);
      return ` ${label} `;
    })
    .replace(LINK, (found: string) => {
      const link = withoutTail(found);
      links.add(link);
      return ` ${found.slice(link.length)}`;
    })
    .replace(TYPED_MENTION, mention)
    .replace(HASHTAG, (_: string, tag: string, place: string | undefined) => {
      hashtags.add(`#${tag.toLowerCase()}${place?.toLowerCase() ?? ''}`);
      return ` ${tag} `;
    });
  const emoji = new Set(MAYBE_EMOJI.test(plain) ? plain.match(EMOJI) : []);
  return { entities: { mentions: [...mentions], links: [...links], hashtags: [...hashtags], emoji: [...emoji] }, plain };
};

const ID = String.raw`(id|club|public|event)([1-9]\d{0,18})`;
/** `[id1|Имя]`, and `[id1:bp-2_3|Имя]` as answers in discussions have it. */
const BRACKET_MENTION = new RegExp(String.raw`\[${ID}(?::[^|\]\n]*)?\|[^\]\n]*\]`, 'gi');
/** `@id1 (Имя)`, `*club2 (Имя)`, or without a name. Behind a letter it is a mail address. */
const TYPED_MENTION = new RegExp(String.raw`(?<![\p{L}\p{N}_.-])[@*]${ID}(?![\p{L}\p{N}_])(?:[ ]?\([^()\n]*\))?`, 'giu');
/** `[https://vk.com/page|label]`, `[vk.com/page|label]`. */
const BRACKET_LINK = /\[((?:https?:\/\/|(?:m\.)?vk\.(?:com|ru)\/)[^\s|\]]+)\|([^\]\n]*)\]/gi;
/** With a scheme, or a bare domain of the usual endings, as VK makes links of them. */
const LINK =
  /https?:\/\/[^\s<>"«»[\]|]+|(?<![\p{L}\p{N}@._/-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+(?:ru|com|net|org|рф|su|me|io|ua|by|kz|info|biz|cc|tv|link|site|online|shop|store|pro|club|app|dev)(?![\p{L}\p{N}-])(?:\/[^\s<>"«»[\]|]*)?/giu;
/** `#тег`, `#тег@club`. A tag has a letter; `&#39;` and the fragment of an address are none. */
const HASHTAG = /(?<![\p{L}\p{N}_&#/])#(?=[\p{N}_]*\p{L})([\p{L}\p{M}\p{N}_]+)(@[a-z0-9_.]*[a-z0-9_])?/giu;
/** Before the long list of emoji is tried: most comments have none. */
const MAYBE_EMOJI = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]/u;
/** Those of Unicode's list, and pictures that lack the sign for "in colour", as older keyboards write them. */
const EMOJI = /\p{RGI_Emoji}|[\p{Extended_Pictographic}--[\u00a9\u00ae\u2122\u203c\u2049]]/gv;

/** Punctuation at the end belongs to the sentence; a bracket does where the link has not opened it. */
const withoutTail = (link: string): string => {
  const trimmed = link.replace(/[.,!?;:'…*]+$/u, '');
  const isUnpaired = trimmed.endsWith(')') && trimmed.split(')').length > trimmed.split('(').length;
  return isUnpaired ? withoutTail(trimmed.slice(0, -1)) : trimmed;
};
