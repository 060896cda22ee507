import type { Random } from '../random.ts';
import { closers, copypasta, emoji, foreign, hashtags, ironic, links, official, openers, retorts, shorts, slots, spam } from './phrases.ts';
import { cityTopics } from './topics-city.ts';
import { peopleTopics } from './topics-people.ts';
import type { Topic } from './topic.ts';

export type Mood = 'good' | 'bad' | 'plain' | 'ask';

export const topics: readonly Topic[] = [...cityTopics, ...peopleTopics];

/** The text of a post about the topic. */
export const writePost = (random: Random, topic: Topic): string => {
  const text = fill(random, random.pick(topic.posts));
  const tail = random.chance(0.3) ? `\n\n${random.pick(hashtags)} ${random.pick(hashtags)}` : '';
  return text + (random.chance(0.15) ? `\n\nПодробнее: ${fill(random, random.pick(links))}` : '') + tail;
};

/** A comment of its own right. Texts range from one sign to several sentences, in a handful of languages. */
export const writeComment = (random: Random, topic: Topic): string => {
  const kind = random.unit();
  if (kind < 0.12) return random.pick(shorts);
  if (kind < 0.145) return fill(random, random.pick(spam));
  if (kind < 0.155) return fill(random, random.pick(copypasta));
  if (kind < 0.195) return random.pick(foreign);
  if (kind < 0.215) return random.pick(ironic);
  return say(random, topic, pickMood(random));
};

/** An answer to somebody, without the address that VK puts before it. */
export const writeReply = (random: Random, topic: Topic): string => {
  if (random.chance(0.15)) return random.pick(shorts);
  if (random.chance(0.03)) return random.pick(foreign);
  const mood = pickMood(random);
  if (random.chance(0.3)) return say(random, topic, mood);
  const ending = mood === 'ask' && random.chance(0.7) ? '?' : '';
  return style(random, mood, fill(random, random.pick(retorts[mood])) + ending);
};

/** What a community writes under its own posts. */
export const writeOfficial = (random: Random): string => fill(random, random.pick(official));

const pickMood = (random: Random): Mood => {
  const kind = random.unit();
  if (kind < 0.34) return 'good';
  if (kind < 0.7) return 'bad';
  return kind < 0.87 ? 'plain' : 'ask';
};

const say = (random: Random, topic: Topic, mood: Mood): string => {
  const opener = random.chance(0.6) ? random.pick(openers[mood]) : '';
  const facts = pickSome(random, topic[mood], random.chance(0.25) ? 2 : 1);
  const closer = random.chance(0.35) ? random.pick(closers[mood]) : '';
  const body = facts.map((fact) => fill(random, fact)).join(random.pick([', ', '. А ещё ', ', да и ']));
  const ended = mood === 'ask' ? `${body}?` : body + random.pick(['.', '!', '', '...']);
  const point = closer === '' || /[.!?]$/.test(ended) || random.chance(0.2) ? '' : '.';
  const link = random.chance(0.03) ? fill(random, random.pick(links)) : '';
  const said = (opener === '' || /[.!?]$/.test(opener) ? capitalize(ended) : ended) + point;
  const sentence = [opener, said, closer, link].filter((part) => part !== '').join(' ');
  return style(random, mood, sentence);
};

/** Different ones; fewer than `count` when chance names one twice. */
const pickSome = (random: Random, items: readonly string[], count: number): string[] => {
  const picked = new Set(Array.from({ length: count }, () => random.pick(items)));
  return [...picked];
};

/** People type in haste: no capitals, no points, brackets for smiles, shouting. */
const style = (random: Random, mood: Mood, text: string): string => {
  const kind = random.unit();
  let styled = kind < 0.55 ? capitalize(text) : kind < 0.8 ? text.toLowerCase() : text;
  if (random.chance(0.04)) styled = styled.toUpperCase();
  if (random.chance(0.12)) styled = styled.replace(/[.,]/g, '');
  if (random.chance(0.08)) styled = styled.replaceAll('ё', 'е');
  if (mood === 'good' && random.chance(0.2)) styled += ')'.repeat(random.int(1, 4));
  if (mood === 'bad' && random.chance(0.15)) styled += '!'.repeat(random.int(2, 5));
  if (random.chance(0.22)) styled += ` ${random.pick(emoji[mood])}`;
  if (random.chance(0.03)) styled += ` ${random.pick(hashtags)}`;
  return random.chance(0.03) ? styled.replace('. ', '\n') : styled;
};

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const fill = (random: Random, template: string): string =>
  template.replace(/\{(\w+)\}/g, (whole, slot: string) => {
    if (slot === 'n') return String(random.int(10, 99));
    const words = slots[slot];
    return words === undefined ? whole : random.pick(words);
  });
