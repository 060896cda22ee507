import { describe, expect, test } from '@jest/globals';
import { createManualClock } from '@otklik/shared';
import { createPresence } from './presence.ts';

describe('how long somebody has answered', () => {
  test('is counted from the first answer, and anew after one that did not come', async () => {
    const clock = createManualClock();
    const presence = createPresence({ clock, gapMs: 100 });
    expect(presence.sinceMs()).toBe(0);
    presence.answered();
    await clock.advance(80);
    presence.answered();
    await clock.advance(80);
    expect(presence.sinceMs()).toBe(160);
    presence.missed();
    expect(presence.sinceMs()).toBe(0);
    presence.answered();
    await clock.advance(10);
    expect(presence.sinceMs()).toBe(10);
  });

  test('when nobody asked for longer than the gap, then nobody knows what was in between', async () => {
    const clock = createManualClock();
    const presence = createPresence({ clock, gapMs: 100 });
    presence.answered();
    await clock.advance(101);
    expect(presence.sinceMs()).toBe(0);
    presence.answered();
    await clock.advance(30);
    expect(presence.sinceMs()).toBe(30);
  });
});
