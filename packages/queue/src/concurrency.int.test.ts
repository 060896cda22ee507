import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Disposition } from './index.ts';
import { gate, items, openProcess, type ProcessUnderTest, until } from './testing/process-under-test.ts';
import { describeOnEachEngine, openStore, type StoreUnderTest } from './testing/store-under-test.ts';

const succeeded: Disposition = { kind: 'succeeded' };

describeOnEachEngine('workers whose concurrency changes', (name) => {
  let store: StoreUnderTest;
  let app: ProcessUnderTest;
  beforeAll(async () => {
    store = await openStore(name);
  });
  afterAll(() => store.close());
  beforeEach(() => {
    app = openProcess(store.url);
  });
  afterEach(async () => {
    await app.close();
    await store.loseEverything();
  });

  test('when the concurrency is raised while every slot is taken, then more begin at once; when it is lowered, then no more than that', async () => {
    let hold = gate();
    let running = 0;
    const workers = app.start(
      async () => {
        running += 1;
        await hold.promise;
        running -= 1;
        return succeeded;
      },
      { concurrency: 1 },
    );
    await app.producer.addBulk(items(6));
    const runs = (count: number): Promise<number> =>
      until(
        () => running,
        (it) => it === count,
      );
    await runs(1);
    workers.setConcurrency('parse', 3);
    workers.setConcurrency('export', 7);
    await runs(3);
    expect(workers.status()).toMatchObject([{ type: 'parse', concurrency: 3, active: 3 }]);
    workers.setConcurrency('parse', 2);
    const first = hold;
    hold = gate();
    first.resolve();
    await runs(2);
    expect((await app.producer.counts()).get('parse')).toEqual({ waiting: 1, active: 2 });
    hold.resolve();
  });

  test('when the concurrency is changed before the queue could be opened, then that is what it opens with', async () => {
    const hold = gate();
    const workers = app.start(
      async () => {
        await hold.promise;
        return succeeded;
      },
      { concurrency: 1 },
    );
    workers.setConcurrency('parse', 2);
    await app.producer.addBulk(items(2));
    await until(
      () => workers.status()[0]?.active,
      (active) => active === 2,
    );
    hold.resolve();
  });
});
