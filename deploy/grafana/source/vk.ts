import type { Dashboard, Row } from './panel.ts';

const FAULTS = 'unreachable|timeout|bad_answer|error_retry|error_unknown';

const verdict: Row = {
  title: 'VK or us?',
  panels: [
    {
      kind: 'stat',
      title: 'Circuits',
      description: 'Methods that VK does not answer, so that requests are held back. Jobs that need them wait and lose nothing.',
      width: 6,
      unit: 'short',
      queries: [
        {
          expr: 'sum(max by (method, token_kind) (otklik_vk_breaker_state{state=~"open|half_open"}))',
          legend: 'open',
        },
      ],
      thresholds: [{ from: 1, color: 'red' }],
      alerts: ['OtklikVkBreakerOpen'],
    },
    {
      kind: 'stat',
      title: 'Requests that fail',
      description: 'Part of the requests that VK or the network left without an answer. A few per cent are usual.',
      width: 6,
      unit: 'percentunit',
      queries: [
        {
          expr: `sum(rate(otklik_vk_requests_total{outcome=~"${FAULTS}"}[5m])) / (sum(rate(otklik_vk_requests_total{outcome!~"circuit_open|aborted"}[5m])) > 0) or vector(0)`,
          legend: 'failing',
        },
      ],
      thresholds: [
        { from: 0.05, color: 'yellow' },
        { from: 0.25, color: 'red' },
      ],
      alerts: ['OtklikVkTroubled'],
    },
    {
      kind: 'stat',
      title: 'Token refused, 1 h',
      description: 'Answers that say that a token is at fault: the others go on, and without one jobs wait. This is us, not VK.',
      width: 6,
      unit: 'short',
      queries: [{ expr: 'sum(increase(otklik_vk_requests_total{outcome=~"error_token|error_operator"}[1h]))', legend: 'refused' }],
      thresholds: [{ from: 1, color: 'red' }],
      alerts: ['OtklikVkTokenRefused', 'OtklikVkNeedsPerson'],
    },
    {
      kind: 'stat',
      title: 'Comments stored, 1 h',
      description: 'New and changed ones. The sum of what all this is for.',
      width: 6,
      unit: 'short',
      queries: [{ expr: 'sum(increase(otklik_comments_stored_total{change!="unchanged"}[1h]))', legend: 'stored' }],
    },
  ],
};

const requests: Row = {
  title: 'Requests',
  panels: [
    {
      kind: 'timeseries',
      title: 'Requests by outcome',
      description:
        'error_wait: limits. error_permanent: closed or deleted walls, which is an answer. unreachable, timeout, bad_answer: the network. circuit_open: held back, not made.',
      width: 12,
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: 'sum by (outcome) (rate(otklik_vk_requests_total[5m])) > 0', legend: '{{outcome}}' }],
      alerts: ['OtklikVkTroubled', 'OtklikVkNotUnderstood'],
    },
    {
      kind: 'timeseries',
      title: 'Requests by method',
      description: 'What collecting consists of. The sum stays below what VK grants to all tokens together.',
      width: 12,
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: 'sum by (method) (rate(otklik_vk_requests_total{outcome!="circuit_open"}[5m])) > 0', legend: '{{method}}' }],
    },
    {
      kind: 'timeseries',
      title: 'VK takes',
      description: 'Half and 95 % of the requests, however they ended. A line at the limit of a request means that VK hangs.',
      width: 12,
      unit: 's',
      queries: [0.5, 0.95].map((part) => ({
        expr: `histogram_quantile(${part}, sum by (method, le) (rate(otklik_vk_request_duration_seconds_bucket[5m])))`,
        legend: `{{method}} p${part * 100}`,
      })),
    },
    {
      kind: 'timeseries',
      title: 'Waits because of VK',
      description: 'pace: our share of requests is used up, more tokens help. capacity: an open circuit, or the database.',
      width: 12,
      unit: 'ops',
      stacked: true,
      queries: [
        { expr: 'sum by (kind) (rate(otklik_job_waits_total{type="parse", kind=~"pace|token|capacity"}[5m]))', legend: '{{kind}}' },
      ],
    },
  ],
};

const circuits: Row = {
  title: 'Circuits and what comes in',
  panels: [
    {
      kind: 'timeseries',
      title: 'Workers whose circuit is not closed',
      description: 'Each worker finds out for itself, so this rises and falls within a minute when VK goes and comes.',
      width: 8,
      unit: 'short',
      queries: [
        {
          expr: 'sum by (method, token_kind) (max by (method, token_kind, instance) (otklik_vk_breaker_state{state=~"open|half_open"}))',
          legend: '{{method}} {{token_kind}}',
        },
      ],
      alerts: ['OtklikVkBreakerOpen'],
    },
    {
      kind: 'timeseries',
      title: 'Changes of circuits, per 15 minutes',
      description: 'Many openings that close again at once: VK answers now and then.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'sum by (method, to) (increase(otklik_vk_breaker_transitions_total[15m])) > 0', legend: '{{method}} to {{to}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Comments stored',
      description: 'unchanged ones were read again and cost requests without news.',
      width: 8,
      unit: 'ops',
      stacked: true,
      queries: [{ expr: 'sum by (change) (rate(otklik_comments_stored_total[5m]))', legend: '{{change}}' }],
    },
  ],
};

export const vk: Dashboard = {
  name: 'vk',
  title: 'Otklik / VK',
  description: 'Does VK answer, does it accept us, and what comes in.',
  variables: [],
  rows: [verdict, requests, circuits],
};
