import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { committedDocument, describeWithRedis, waitFor } from '@otklik/testing';
import { operationsOf, scrape } from '../system/testing/operations.ts';
import { z } from 'zod';
import { type ProductUnderTest, startProduct } from '../system/testing/product-under-test.ts';
import { type QueueStores, openStores } from '../system/testing/queue-stores.ts';
import { drawnPanels, expressionsOf, readDashboards } from './testing/dashboard-files.ts';
import { type Exposition, mergeExpositions, parseExposition } from './testing/exposition.ts';
import { createKnownSeries } from './testing/known-series.ts';
import { type PrometheusUnderTest, hasPrometheus, startPrometheus, testWithPrometheus } from './testing/prometheus-server.ts';
import { metricsPage } from './testing/metrics-page.ts';
import { promtool } from './testing/promtool.ts';
import { requiredSeries } from './testing/required-series.ts';
import { readAlerts, readRecordings } from './testing/rule-files.ts';

/** Stays empty while nothing is wrong. */
const QUIET = 'Otklik / Overview: Alerts that fire';

const Exports = z.object({ items: z.tuple([z.object({ id: z.string() })]) });

let stores: QueueStores;
let product: ProductUnderTest;
let prometheus: PrometheusUnderTest | undefined;
let readPages: () => Promise<void>;
const texts = { api: '', worker: '' };
const told = new Map<string, Exposition>();

beforeAll(async () => {
  stores = await openStores('redis');
  product = await startProduct(stores);
  const env = { OPERATIONS_PORT: '0', CACHE_URL: stores.queueUrl };
  const api = await product.startApi(env);
  const worker = await product.startWorker('w1', env);
  const urls = { api: operationsOf(api.process), worker: operationsOf(worker) };
  prometheus = hasPrometheus() ? await startPrometheus({ 'otklik-api': urls.api, 'otklik-worker': urls.worker }) : undefined;
  const caller = await product.caller(api);
  const then = [{ type: 'analyze', then: [{ type: 'export', format: 'csv' }] }];
  const { id } = await caller.submit('parse', { target: { wall: 'severorechensk' }, then });
  await caller.pipelineEnd(id);
  const exported = Exports.parse((await caller.call('GET', '/v1/exports')).body).items[0].id;
  const pages = ['/livez', '/readyz', '/v1/queues', `/v1/exports/${exported}/file`];
  readPages = async () => void (await Promise.all(pages.map((page) => caller.call('GET', page))));
  await readPages();
  for (const name of ['api', 'worker'] as const) {
    texts[name] = (await scrape(urls[name])).text;
    told.set(name, parseExposition(texts[name]));
  }
}, 120_000);

afterAll(async () => {
  await prometheus?.stop();
  await product.stop();
  await stores.close();
});

/** Whatever may be chosen is, and zeros are shown. */
const withoutFilters = (expr: string): string => expr.replaceAll(/\$[a-z]+/g, '.*').replace(/ > 0$/, '');

const ofAll = (): Exposition => mergeExpositions([...told.values()]);

describeWithRedis('the series of a running product', () => {
  test.each(Object.entries(requiredSeries))(
    'when the %s is scraped, then every series that operators build on is there',
    (name, required) => {
      const families = told.get(name);
      const found = Object.keys(required).map((metric) => {
        const { type = 'missing', labels = new Map() } = families?.get(metric) ?? {};
        return [metric, { type, labels: [...labels.keys()] }];
      });
      expect(Object.fromEntries(found)).toEqual(required);
    },
  );

  test('when a series of ours is made, then it is named and explained as Prometheus wants it, and has few values', () => {
    const ours = [...ofAll().values()].filter(({ name }) => name.startsWith('otklik_'));
    expect(ours.filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'))).toEqual([]);
    expect(ours.filter(({ name, type }) => type === 'histogram' && !/_(seconds|bytes|calls)$/.test(name))).toEqual([]);
    expect(ours.filter(({ help }) => !/^[A-Z0-9].*[a-z0-9)]\.$/.test(help))).toEqual([]);
    const values = ours.flatMap(({ labels }) => [...labels.values()].flatMap((seen) => [...seen]));
    expect(values.filter((value) => !/^[\w.:/-]{1,60}$/.test(value))).toEqual([]);
    expect(texts.worker.split('\n').filter((line) => line.startsWith('otklik_')).length).toBeLessThan(1_500);
  });

  test('when an alert, a rule or a panel names a series, then the product tells it, with these labels and values', () => {
    const recordings = readRecordings();
    const known = createKnownSeries(ofAll(), recordings);
    const asked = [
      ...readAlerts().map(({ alert, expr }) => ({ where: alert, expr })),
      ...[...recordings].map(([where, expr]) => ({ where, expr })),
      ...readDashboards().flatMap(expressionsOf),
    ];
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.flatMap(({ where, expr }) => known.faultsOf(expr).map((fault) => `${where}: ${fault}`))).toEqual([]);
  });

  test('when the page about metrics is read, then it says what the product tells (npm run docs writes it)', () => {
    expect(ofAll().size).toBeGreaterThan(0);
    expect([...ofAll().values()].filter(({ name, hasSeries }) => name.startsWith('otklik_') && !hasSeries)).toEqual([]);
    const page = metricsPage(told, ofAll());
    expect(committedDocument('docs/operations/metrics.md', page)).toBe(page);
  });

  testWithPrometheus('when promtool reads what we tell, then it has nothing to say', () => {
    for (const text of Object.values(texts)) {
      const ours = text.split('\n').filter((line) => /^(# (HELP|TYPE) )?otklik_/.test(line));
      expect(promtool(['check', 'metrics'], `${ours.join('\n')}\n`)).toEqual({ isGood: true, output: '' });
    }
  });

  testWithPrometheus(
    'when a Prometheus has watched a pipeline, then it could evaluate every rule, no alert fires, and no panel is empty',
    async () => {
      const server = prometheus;
      if (server === undefined) throw new Error('There is no Prometheus on the PATH.');
      await waitFor(async () => (await server.rules()).every(({ health }) => health === 'ok'), {
        timeoutMs: 20_000,
        what: 'every rule to be evaluated',
      });
      // A machine that runs other tests as well may stop a process for seconds, and the alert is right then.
      expect(await server.ask('ALERTS{alertstate="firing", alertname!="OtklikEventLoopBlocked"}')).toEqual([]);
      const panels = readDashboards().flatMap((dashboard) =>
        drawnPanels(dashboard).map((panel) => ({ dashboard: dashboard.title, panel })),
      );
      const emptyPanels = async (): Promise<string[]> => {
        const counts = await Promise.all(
          panels.map(async ({ dashboard, panel }) => {
            const answers = await Promise.all(panel.targets.map(({ expr }) => server.ask(withoutFilters(expr))));
            return { name: `${dashboard}: ${panel.title}`, count: answers.flat().length };
          }),
        );
        return counts.filter(({ name, count }) => count === 0 && name !== QUIET).map(({ name }) => name);
      };
      const isFilled = async (): Promise<boolean> => {
        await readPages();
        return (await emptyPanels()).length === 0;
      };
      await waitFor(isFilled, { timeoutMs: 20_000, everyMs: 500 }).catch(() => undefined);
      expect(await emptyPanels()).toEqual([]);
    },
  );
});
