import type { Random } from '../random.ts';

/** A discussion in numbers: how many replies each root has. */
export type Shape = readonly number[];

const times = (count: number, make: () => number): Shape => Array.from({ length: count }, make);

/** Sizes around VK's limits: 10 replies come along with a root, 100 comments make a page. */
const shapes = {
  none: (): Shape => [],
  few: (random: Random): Shape => times(random.int(1, 4), () => random.pick([0, 0, 1, 2])),
  tail: (random: Random): Shape =>
    times(Math.floor(1 / (random.unit() + 0.02)), () => (random.chance(0.75) ? 0 : random.pick([1, 1, 2, 3, 10, 11]))),
  threads: (random: Random): Shape => random.shuffle([0, 1, 9, 10, 11, random.int(12, 25)]),
} as const;

/** Discussions that take several pages; a wall has few of them. */
const large = {
  page: (random: Random): Shape => times(random.pick([99, 100, 101]), () => 0),
  hundred: (random: Random): Shape => times(random.int(102, 130), () => (random.chance(0.9) ? 0 : random.int(1, 3))),
  pages: (random: Random): Shape => times(random.int(251, 310), () => (random.chance(0.97) ? 0 : random.pick([1, 11]))),
  thread: (random: Random): Shape => [random.int(0, 2), random.int(101, 140), 0, random.pick([100, 11])],
} as const;

/** Shapes for so many posts: many quiet ones, some lively ones, now and then one that goes over pages. */
export const pickShapes = (random: Random, posts: number): readonly Shape[] => {
  const likely = { page: 0.08, hundred: 0.25, pages: 0.12, thread: 0.25 } as const;
  const loud = Object.entries(large)
    .filter(([name]) => random.chance(Object.entries(likely).find(([it]) => it === name)?.[1] ?? 0))
    .map(([, make]) => make(random));
  const quiet = Array.from({ length: Math.max(0, posts - loud.length) }, () => pickSmall(random));
  return random.shuffle([...loud.slice(0, posts), ...quiet]);
};

const pickSmall = (random: Random): Shape => {
  const kind = random.unit();
  if (kind < 0.3) return shapes.none();
  if (kind < 0.75) return shapes.few(random);
  return kind < 0.93 ? shapes.tail(random) : shapes.threads(random);
};
