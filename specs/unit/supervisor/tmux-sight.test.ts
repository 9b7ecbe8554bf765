import { expect, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import { createTmuxSight } from '../../../supervisor/tmux-sight.ts';

const SILENT = { kind: 'unknown', reason: 'timed out' } as const;
const ANSWERS = { kind: 'server_lost' } as const;

/** A sight whose time a test plays. */
function watching() {
  const logged: LogEvent[] = [];
  const t = { nowMs: 5000, dueInMs: null as number | null };
  let ring = () => {};
  const sight = createTmuxSight({
    tell: (entry) => void logged.push(entry),
    now: () => t.nowMs,
    alarm: (given) => {
      ring = given;
      return {
        set: (inMs) => {
          t.dueInMs = inMs;
        },
      };
    },
  });
  const lasts = () => {
    if (t.dueInMs === null) return;
    t.nowMs += t.dueInMs;
    t.dueInMs = null;
    ring();
  };
  return { ...sight, logged, t, lasts };
}

test('a tmux that does not answer for long is said once, and that it answers again once, too', () => {
  const w = watching();
  w.see(SILENT);
  w.lasts();
  w.see(SILENT);
  w.lasts();
  expect(w.logged).toMatchObject([{ event: 'daemon.error', error: 'timed out' }]);
  w.see(ANSWERS);
  w.see(ANSWERS);
  expect(w.logged.map(({ event }) => event)).toEqual(['daemon.error', 'tmux.answered']);
  w.see(SILENT);
  w.lasts();
  expect(w.logged).toHaveLength(3);
});

test('a server that has ended, and is known to have, within a second is no silence', () => {
  const w = watching();
  w.see(SILENT);
  expect(w.t.dueInMs).toBe(1000);
  w.see(ANSWERS);
  w.lasts();
  expect(w.logged).toEqual([]);
});

test('since when it is silent is told from the first look that found nothing', () => {
  const w = watching();
  expect(w.silentSince()).toBeNull();
  w.see(SILENT);
  w.lasts();
  w.see(SILENT);
  expect(w.silentSince()).toBe(5000);
  w.see(ANSWERS);
  expect(w.silentSince()).toBeNull();
});

test('nothing is said after a stop', () => {
  const w = watching();
  w.see(SILENT);
  w.stop();
  w.lasts();
  expect(w.logged).toEqual([]);
});
