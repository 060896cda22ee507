import { SOMEBODY, type Trap, trapPostId } from './trap-builder.ts';

export const NAMED = { deleted: 2_000_102, banned: 2_000_103, long: 922_337_203_685_471, official: 2_000_104 } as const;
export const TRAPS_OWNER = -1_000_009;

const many = (count: number, text: (index: number) => string) => Array.from({ length: count }, (_, index) => ({ text: text(index) }));
const attachmentsOnly = (['sticker', 'photo', 'graffiti', 'video', 'doc'] as const).map((kind, index) => ({
  text: '',
  attachments: [{ kind, id: 457_000_000 + index, ownerId: SOMEBODY }],
}));

/** One post per trap that a reader of VK can step into. */
const traps = {
  /** Stands first on the wall although it is the oldest. */
  pinned: { post: { text: 'Правила сообщества', isPinned: true }, says: many(2, (index) => `Прочитала правила, пункт ${index + 1}`) },
  /** 25 replies: `thread.items` shows 10 at most. */
  longThread: {
    post: { text: 'Спор' },
    says: [
      {
        text: 'Кто прав?',
        replies: Array.from({ length: 25 }, (_, index) => ({
          text: `Ответ номер ${index + 1}`,
          ...(index % 3 === 2 ? { toReply: index - 1 } : {}),
        })),
      },
      { text: 'Без ответов' },
      { text: 'Ровно десять', replies: many(10, (index) => `Один из десяти, ${index + 1}`) },
      { text: 'Одиннадцать', replies: many(11, (index) => `Один из одиннадцати, ${index + 1}`) },
    ],
  },
  /** `count` goes on counting what was removed. */
  overcounted: { post: { text: 'Тут удаляли комментарии', claimedTooMuch: 7 }, says: many(4, (index) => `Остался ${index + 1}`) },
  /** Stubs of deleted comments, with the thread under them alive. */
  deleted: {
    post: { text: 'Удалённые' },
    says: [
      { text: 'Живой' },
      { isDeleted: true, replies: [{ text: 'Ответ удалённому' }, { isDeleted: true }, { text: 'Ответ на удалённый ответ', toReply: 1 }] },
      { isDeleted: true },
    ],
  },
  /** People and communities, alive and gone; one id of 15 digits. */
  authors: {
    post: { text: 'Кто тут?' },
    says: [
      { text: 'Официальный ответ', fromId: TRAPS_OWNER },
      { text: 'Другое сообщество', fromId: -1_500_001 },
      { text: 'Меня удалили', fromId: NAMED.deleted },
      { text: 'Меня заблокировали', fromId: NAMED.banned },
      { text: 'У меня длинный номер', fromId: NAMED.long, replies: [{ text: `[id${NAMED.long}|Долгий], и у меня`, fromId: NAMED.long }] },
    ],
  },
  attachmentsOnly: { post: { text: '', attachments: [{ kind: 'photo', id: 457_000_100, ownerId: TRAPS_OWNER }] }, says: attachmentsOnly },
  mentions: {
    post: { text: 'Отметьте друга' },
    says: [
      { text: `[id${SOMEBODY}|Анна], смотри` },
      { text: '[club1000001|Подслушано], проверьте' },
      { text: '[public1000001|Сообщество] и @id2000102 (DELETED)' },
      { text: '@severorechensk, #хештег и [https://gorod.example/a|ссылка]' },
      { text: '[не упоминание] и [id|сломано] [id1|' },
      { text: 'Пишите на почту a@b.example, сайт gorod.example/x?y=1&z=2' },
    ],
  },
  markup: {
    post: { text: '<h1>Заголовок</h1>' },
    says: [
      { text: '<script>alert(1)</script>' },
      { text: 'строка<br>строка' },
      { text: '&lt;b&gt; &amp;amp; &quot;' },
      { text: '<img src=x onerror=alert(1)>' },
      { text: '"; DROP TABLE comments; --' },
    ],
  },
  /** What a spreadsheet would run. */
  formulas: {
    post: { text: '=СУММ(A1:A9)' },
    says: ['=1+1', '+79990000000', '-2+3', '@SUM(A1)', '\t=1+1', '=HYPERLINK("http://x.example","жми")', 'a;b,"c"\r\nd', '| pipe |'].map(
      (text) => ({ text }),
    ),
  },
  /** What PostgreSQL and cutters of strings stumble over. */
  unicode: {
    post: { text: 'Юникод \u{1F3F4}\u200D\u2620\uFE0F' },
    says: [
      'ноль\u0000внутри',
      '\u0000',
      'сирота \ud83d конец',
      'хвост \udc4d',
      `${'я'.repeat(89)}👨‍👩‍👧‍👦 дальше`,
      '\u202Eтевирп',
      '\uFEFFметка',
      'З\u0336а\u0336ч\u0336ё\u0336р\u0336к\u0336',
      '\u200B\u200B',
      'Ёлка и й: e\u0308 и\u0306',
    ].map((text) => ({ text })),
  },
  donut: {
    post: { text: '', donutPlaceholder: 'Запись только для донов' },
    says: [{ text: '', donutPlaceholder: 'Комментарий только для донов' }, { text: 'Я дон и вижу' }],
  },
  /** Never had comments. */
  closed: { post: { text: 'Комментарии выключены', commentsAccess: 'closed' }, says: [] },
  /** Had comments before they were hidden: the count still tells. */
  hidden: { post: { text: 'Комментарии скрыты', commentsAccess: 'closed', claimedTooMuch: 5 }, says: [] },
  readonly: { post: { text: 'Писать больше нельзя', commentsAccess: 'readonly' }, says: many(3, (index) => `Успела ${index + 1}`) },
  long: {
    post: { text: 'Длинные' },
    says: [
      { text: 'Слово за словом, '.repeat(900) },
      { text: `${'Очень длинный заголовок без конца '.repeat(3)}\n\nАбзац` },
      { text: 'безпробелов'.repeat(40) },
    ],
  },
  /** A second with several comments: the time alone gives no order. */
  sameSecond: {
    post: { text: 'Одновременно' },
    says: Array.from({ length: 12 }, (_, index) => ({ text: `Я ${index + 1}`, date: 1_750_100_000 })),
  },
  quiet: { post: { text: 'Тишина' }, says: [] },
  repost: {
    post: { text: '', copyOf: { ownerId: -1_000_001, id: 41_001, date: 1_780_000_000, text: 'Исходная запись' } },
    says: [{ text: 'Уже видели' }],
  },
  ad: { post: { text: 'Реклама', isAd: true }, says: [{ text: 'Опять реклама' }] },
} satisfies Readonly<Record<string, Trap>>;

export type TrapName = keyof typeof traps;

export const trapList: readonly Trap[] = Object.values(traps);

/** Id of the post of each trap on the wall `traps`. */
export const TRAP_POSTS: Readonly<Record<string, number>> & Readonly<Record<TrapName, number>> = {
  pinned: 0,
  longThread: 0,
  overcounted: 0,
  deleted: 0,
  authors: 0,
  attachmentsOnly: 0,
  mentions: 0,
  markup: 0,
  formulas: 0,
  unicode: 0,
  donut: 0,
  closed: 0,
  hidden: 0,
  readonly: 0,
  long: 0,
  sameSecond: 0,
  quiet: 0,
  repost: 0,
  ad: 0,
  ...Object.fromEntries(Object.keys(traps).map((name, index) => [name, trapPostId(index)])),
};
