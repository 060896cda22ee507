import { type ReadTarget, readPage } from './read-page.ts';

/** `m.` for telephones and `new.` from the time of a change of looks show the same pages. */
const HOSTS: ReadonlySet<string> = new Set(
  ['vk.com', 'vk.ru', 'vkontakte.ru'].flatMap((host) => [host, `www.${host}`, `m.${host}`, `new.${host}`]),
);

const OTHER_HOSTS: Readonly<Record<string, string>> = {
  'vk.cc': 'is a short link: open it, and give the address that it leads to',
  'vk.me': 'is a link to a chat: give the address of the page itself',
};

/** What an address names; null when the text is none, but a name or an id. */
export const readAddress = (text: string): ReadTarget | null => {
  const written = completed(text);
  if (written === null) return null;
  if (!URL.canParse(written)) return invalid('is no readable address');
  const url = new URL(written);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return invalid('is no web address: it must begin with https://');
  const host = url.hostname.replace(/\.$/, '');
  if (!HOSTS.has(host)) return invalid(OTHER_HOSTS[host] ?? `leads to ${host.slice(0, 100)}, not to VK`);
  return readPlace(url);
};

/** The address with its scheme; null where there is none. */
const completed = (text: string): string | null => {
  if (/^[a-z][a-z0-9+-]*:/i.test(text)) return text;
  if (/^[/\\]{2}/.test(text)) return `https:${text}`;
  const [head = ''] = text.split(/[/\\?#:]/, 1);
  // Without a slash in it a name may have dots, like the name of a host.
  if (head === text) return HOSTS.has(text.toLowerCase()) ? `https://${text}` : null;
  return head.includes('.') ? `https://${text}` : `https://vk.com/${text.replace(/^[/\\]/, '')}`;
};

/** A post in the path, what is opened above the page, the page: the first of them that is there. */
const readPlace = ({ pathname, searchParams }: URL): ReadTarget => {
  const path = decoded(pathname);
  if (path === null) return invalid('has a broken percent-encoding');
  const [page = '', ...deeper] = path.split('/').filter((part) => part !== '');
  const ofPath = page === '' ? invalid('names no page of VK') : readPage(page, 'in an address');
  if (ofPath.kind === 'post' && deeper.length === 0) return ofPath;
  const opened = openedAbove(searchParams);
  if (opened !== null) return opened;
  return deeper.length === 0 || ofPath.kind === 'invalid' ? ofPath : invalid('leads deeper than to a wall or a post');
};

/** VK opens posts (`w`) and photos (`z`) above whatever page it is: `?w=wall-1_2`, `?z=photo-1_2/album-1_00`. */
const openedAbove = (query: URLSearchParams): ReadTarget | null => {
  for (const name of ['w', 'z']) {
    const [what = ''] = (query.get(name) ?? '').split('/', 1);
    // A name as such is never opened this way: it would be noise.
    if (/^[a-z_]+-?\d+(_|$)/i.test(what)) return readPage(what, 'in an address');
  }
  return null;
};

const decoded = (path: string): string | null => {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
};

const invalid = (reason: string): ReadTarget => ({ kind: 'invalid', reason });
