import { expect, test } from '@jest/globals';
import {
  createManagerWords,
  watchdogEveryMs,
  wordsForSystemd,
} from '../../../supervisor/manager-words.ts';

test('systemd learns that the daemon is ready, and of how many sessions', () => {
  const ready = { event: 'daemon.ready', sessions: 3, usable: 0, durationMs: 12 } as const;
  expect(wordsForSystemd(ready, 0)).toEqual(['READY=1', 'STATUS=supervises 3 session(s)']);
});

test('systemd learns why the daemon stops, in one line: a line break would begin another assignment', () => {
  const stopping = { event: 'daemon.stopping', reason: 'asked to\nREADY=1' } as const;
  expect(wordsForSystemd(stopping, 0)).toEqual([
    'STOPPING=1',
    'STATUS=stopping (asked to READY=1); every session stays',
  ]);
});

test('systemd learns when a reload begins, by its own clock, and that it is over whatever came of it', () => {
  const begun = { event: 'daemon.reloading', reason: 'SIGHUP' } as const;
  const done = { event: 'daemon.reloaded', changed: [], sessions: 3, durationMs: 12 } as const;
  const refused = { event: 'daemon.reload_refused', code: 'CONFIG', reason: 'no' } as const;

  expect(wordsForSystemd(begun, 1234.5678)).toEqual(['RELOADING=1', 'MONOTONIC_USEC=1234567']);
  expect(wordsForSystemd(done, 0)).toEqual(['READY=1', 'STATUS=supervises 3 session(s)']);
  expect(wordsForSystemd(refused, 0)).toEqual(['READY=1']);
});

test('a reload before the daemon is ready, or while it stops, is not taken for the end of its start', () => {
  const wordsFor = createManagerWords();
  const begun = { event: 'daemon.reloading', reason: 'SIGHUP' } as const;
  const refused = { event: 'daemon.reload_refused', code: 'CONFIG', reason: 'no' } as const;
  const reload = () => [begun, refused].map((entry) => wordsFor(entry, 0)?.[0] ?? null);

  expect(reload()).toEqual([null, null]);
  wordsFor({ event: 'daemon.ready', sessions: 3, usable: 3, durationMs: 12 }, 0);
  expect(reload()).toEqual(['RELOADING=1', 'READY=1']);
  expect(wordsFor({ event: 'daemon.stopping', reason: 'SIGTERM' }, 0)?.[0]).toBe('STOPPING=1');
  expect(reload()).toEqual([null, null]);
});

test('systemd learns that no session is created any more, and that they are again', () => {
  const escalated = { event: 'daemon.escalated', reason: 'too many' } as const;
  expect(wordsForSystemd(escalated, 0)).toEqual([
    'STATUS=no session is created any more: too many',
  ]);
  expect(wordsForSystemd({ event: 'daemon.resumed' }, 0)).toEqual([
    'STATUS=sessions are created again',
  ]);
});

test('what happens to sessions is not for systemd', () => {
  expect(wordsForSystemd({ event: 'guard.passed', accounts: 2 }, 0)).toBeNull();
});

test('a sign of life is given twice as often as the watchdog asks for', () => {
  expect(watchdogEveryMs({ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '7' }, 7)).toBe(1500);
  expect(watchdogEveryMs({ WATCHDOG_USEC: '3000000' }, 7)).toBe(1500);
});

test('no sign of life is given that nobody asks this very process for', () => {
  expect(watchdogEveryMs({}, 7)).toBeNull();
  expect(watchdogEveryMs({ WATCHDOG_USEC: '0' }, 7)).toBeNull();
  expect(watchdogEveryMs({ WATCHDOG_USEC: 'soon' }, 7)).toBeNull();
  expect(watchdogEveryMs({ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '8' }, 7)).toBeNull();
});
