import { expect, test } from '@jest/globals';
import { InternalError } from '@otklik/shared';
import { toDelivery } from './outgoing-delivery.ts';

const item = { jobId: '019ab8c2-5f7e-7c31-9d5a-3b1f0e6a7d42', generation: 2_000_000_000, type: 'analyze', priority: 'critical' } as const;

test('when a delivery is made for a row, then its message is ids only; one of more than 1 KB is a fault of ours', () => {
  expect(Buffer.byteLength(JSON.stringify(toDelivery(item).message))).toBeLessThan(200);
  expect(() => toDelivery({ ...item, jobId: 'x'.repeat(1_024) })).toThrow(InternalError);
});
