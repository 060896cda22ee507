import type { Community, Person } from './model.ts';
import { type Random, createRandom } from './random.ts';

/** Who writes: regulars first, because a few people write most of what is written. */
export type People = {
  readonly all: readonly Person[];
  byId(id: number): Person | undefined;
  byScreenName(screenName: string): Person | undefined;
  /** Somebody of the regular crowd, the first ones far more often than the last. */
  pickAuthor(random: Random): Person;
};

const CROWD = 900;
const FIRST_ID = 4_100_000;
const LONG_ID = 5_000_000_000;

const women = [
  'Анна',
  'Мария',
  'Елена',
  'Ольга',
  'Наталья',
  'Светлана',
  'Ирина',
  'Татьяна',
  'Екатерина',
  'Юлия',
  'Айгуль',
  'Дарья',
  'Полина',
  'Алёна',
  'Оксана',
  'Гульнара',
  'Яна',
  'Вера',
];
const men = [
  'Александр',
  'Сергей',
  'Дмитрий',
  'Андрей',
  'Алексей',
  'Максим',
  'Иван',
  'Артём',
  'Ербол',
  'Руслан',
  'Тарас',
  'Илья',
  'Никита',
  'Павел',
  'Олег',
  'Рамиль',
  'Фёдор',
  'Григорий',
];
const surnames = [
  'Иванов',
  'Смирнов',
  'Кузнецов',
  'Попов',
  'Соколов',
  'Лебедев',
  'Козлов',
  'Новиков',
  'Морозов',
  'Волков',
  'Ахметов',
  'Зайцев',
  'Орлов',
  'Макаров',
  'Захаров',
  'Сафин',
  'Ершов',
  'Громов',
  'Тихонов',
  'Беляев',
];
const unbending = ['Шевченко', 'Ткачук', 'Мельник', 'Черных', 'Ким', 'Нурбек', 'Wolf', '❄️Зима❄️'];
const cities = ['Северореченск', 'Северореченск', 'Заречный', 'Москва', 'Алматы', 'Тюмень', ''];

/** The named people stand in the special walls; the crowd writes on all of them. */
export const createPeople = (seed: number, named: readonly Person[]): People => {
  const crowd = makeCrowd(createRandom(seed, 'people'));
  return peopleOf(named, crowd);
};

/** People of whom only the crowd writes unasked. */
export const peopleOf = (named: readonly Person[], crowd: readonly Person[]): People => {
  const all = [...named, ...crowd];
  const byId = new Map(all.map((person) => [person.id, person]));
  const byScreenName = new Map(all.map((person) => [person.screenName, person]));
  return {
    all,
    byId: (id) => byId.get(id),
    byScreenName: (screenName) => byScreenName.get(screenName),
    // The third power of a uniform number: a tenth of the crowd writes nearly half of the comments.
    pickAuthor: (random) => crowd[Math.floor(crowd.length * random.unit() ** 3)] ?? random.pick(crowd),
  };
};

const makeCrowd = (random: Random): Person[] => {
  let id = FIRST_ID;
  return Array.from({ length: CROWD }, (_, index) => {
    id += random.int(1, 900_000);
    // Ids given out lately are longer than 32 bits.
    return makePerson(random, index % 25 === 24 ? LONG_ID + id : id);
  });
};

/** Somebody by chance, now and then somebody who is gone. */
export const makePerson = (random: Random, id: number): Person => {
  const sex = random.chance(0.62) ? 1 : 2;
  const state = random.unit();
  const shared = { id, sex, city: random.pick(cities), isClosed: random.chance(0.3) } as const;
  const screenName = random.chance(0.3) ? `citizen_${id.toString(36)}` : `id${id}`;
  // What VK leaves of people who are gone.
  if (state < 0.02)
    return { ...shared, sex: 0, city: '', screenName: `id${id}`, firstName: 'DELETED', lastName: '', deactivated: 'deleted' };
  const firstName = random.pick(sex === 1 ? women : men);
  const lastName = random.chance(0.25) ? random.pick(unbending) : random.pick(surnames) + (sex === 1 ? 'а' : '');
  return { ...shared, screenName, firstName, lastName, ...(state < 0.035 ? { deactivated: 'banned' as const } : {}) };
};

const neighbours = [
  'Барахолка Северореченск',
  'Мамы Северореченска',
  'ХК «Северянин»',
  'Кафе «Шишка»',
  'Приют «Хвостики»',
  'Афиша города',
  'Типичное Заречье',
  'Ремонт под ключ',
];

/** Communities that only write under posts; their own walls are switched off. */
export const makeNeighbours = (): Community[] =>
  neighbours.map((name, index) => ({
    id: 1_500_001 + index,
    screenName: `neighbour_${index + 1}`,
    name,
    type: index % 2 === 0 ? 'group' : 'page',
    isClosed: 0,
    members: 800 * (index + 1) + 17,
    description: '',
  }));
