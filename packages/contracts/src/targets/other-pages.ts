/** Things of VK that have an address and are neither walls nor posts, by the word before their ids. */
const OBJECTS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a photo', /^photo-?\d+_\d+/],
  ['a video', /^(video|clip)-?\d+_\d+/],
  ['an album', /^(album-?\d+_|albums-?\d|photos-?\d|tag\d)/],
  ['a discussion', /^(topic-?\d+_\d+|board\d+$)/],
  ['goods', /^(product-?\d+_\d+|market-?\d)/],
  ['music', /^(audio(_playlist)?-?\d+_\d+|audios-?\d+$|music$|podcast-?\d+_\d+)/],
  ['a file', /^(doc-?\d+_\d+|docs-?\d+$)/],
  ['videos', /^videos-?\d+$/],
  ['a story', /^(story-?\d+_\d+|stories-?\d)/],
  ['a wiki page', /^page-?\d+_\d+/],
  ['a note', /^note-?\d+_\d+/],
  ['a poll', /^poll-?\d+_\d+/],
  ['an app', /^app\d+(_|$)/],
  ['a chat', /^(write-?\d+$|im$|mail$)/],
  ['gifts', /^gifts\d+$/],
];

/** Pages of VK itself, which are nobody's wall. */
const RESERVED: ReadonlySet<string> = new Set([
  'feed',
  'friends',
  'groups',
  'photos',
  'albums',
  'video',
  'videos',
  'audio',
  'audios',
  'docs',
  'apps',
  'games',
  'settings',
  'login',
  'join',
  'restore',
  'search',
  'market',
  'bookmarks',
  'fave',
  'notifications',
  'edit',
  'wall',
  'clips',
  'calls',
  'events',
  'gifts',
  'stickers',
]);

/** What a word links to when it is something else than a wall or a post, as `a photo`; null otherwise. */
export const objectOf = (word: string): string | null => OBJECTS.find(([, form]) => form.test(word))?.[0] ?? null;

/** Why a word is the name of no wall, although it looks like one; null when it may be. */
export const reservedReason = (word: string): string | null => {
  if (word === 'away.php') return 'leads out of VK: give the address that stands in it';
  if (RESERVED.has(word) || word.endsWith('.php')) return 'is a page of VK itself, which has no wall';
  return null;
};
