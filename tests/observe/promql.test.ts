import { describe, expect, test } from '@jest/globals';
import { readPromql } from './testing/promql.ts';

describe('reading PromQL for its names', () => {
  test('when an expression aggregates, joins and filters, then only its metrics are metrics and only its labels are labels', () => {
    const expr = `histogram_quantile(0.95, sum by (type, le) (rate(a_seconds_bucket{type=~"x|y", kind!="{by}"}[5m]))) > 5e3
      and on (type) type:b:sum < 1500 unless ignoring (state) max without (instance) (c_total offset 1h) == 1 or vector(0)`;
    expect(readPromql(expr)).toEqual({
      selectors: [
        {
          metric: 'a_seconds_bucket',
          matchers: [
            { label: 'type', operator: '=~', value: 'x|y' },
            { label: 'kind', operator: '!=', value: '{by}' },
          ],
        },
        { metric: 'type:b:sum', matchers: [] },
        { metric: 'c_total', matchers: [] },
      ],
      groupedBy: ['type', 'le', 'type', 'state', 'instance'],
    });
  });
});
