import { describe, expect, test } from '@jest/globals';
import { describeWithRedis } from '@otklik/testing';
import { chaosCommand } from './command.ts';

const survives = (engine: 'redis' | 'postgres'): void =>
  test('when a short run is over, then its ledger is empty and it says so in its last line', async () => {
    let [out, err] = ['', ''];
    const args = ['--jobs', '60', '--kills', '5', '--pace', 'quick', '--engine', engine];
    const code = await chaosCommand({ args, out: (text) => void (out += text), err: (text) => void (err += text) });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/kill 5\/5 worker w\d+-\d+ held job_[0-9a-f]{32} lease \d+/) });
    expect(JSON.parse(out)).toEqual({ jobs: 60, kills: 5, lost: 0, duplicated: 0, stuck: 0, seconds: expect.any(Number) });
  });

describeWithRedis('chaos, with the queue on Redis', () => survives('redis'));
describe('chaos, with the queue on PostgreSQL', () => survives('postgres'));
