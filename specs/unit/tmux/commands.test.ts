import { expect, test } from '@jest/globals';
import {
  createSession,
  createWindow,
  exactSession,
  parseBorn,
  parseBornSession,
  respawnPane,
} from '../../../actors/tmux/commands.ts';

const SETTINGS = { historyLimit: 300, channel: 'claude-failover-11' };
const LAUNCH = { session: 'pool-1', mark: 'm', cwd: '/w#1', command: ['sh', 'run'] };
const LINES = {
  createSession: createSession(LAUNCH, SETTINGS),
  createWindow: createWindow('$5', LAUNCH, SETTINGS),
  respawnPane: respawnPane('%3', LAUNCH, SETTINGS),
};

test.each(Object.entries(LINES))(
  '%s sets nothing globally and only has exact targets',
  (_, line) => {
    const targets = line.flatMap((words) => {
      const at = words.indexOf('-t');
      return at === -1 ? [] : [words[at + 1]];
    });
    const exact = ['=pool-1:', '=pool-1:^', '$5:', '%3'];
    expect(targets.filter((target) => !exact.includes(target ?? ''))).toEqual([]);
    const before = line.map((words) => words.slice(0, words.indexOf('--')));
    expect(before.flat().filter((word) => /^-[a-z]*g/.test(word))).toEqual([]);
  },
);

test.each(Object.entries(LINES))(
  '%s makes the pane stay and marks it in the same line',
  (_, line) => {
    const options = line.map((words) => words.at(-2));
    expect(options).toEqual(
      expect.arrayContaining([
        '@claude_failover_id',
        '@claude_failover_pane',
        'remain-on-exit',
        'pane-died[90]',
        'history-limit',
      ]),
    );
  },
);

test('the directory is not expanded as a format', () => {
  for (const line of Object.values(LINES)) {
    for (const words of line.filter((one) => one.includes('-c'))) {
      expect(words[words.indexOf('-c') + 1]).toBe('/w##1');
    }
  }
});

test.each(['', 'a.b', 'a:b', '=a', '$1', 'a b', '*'])(
  '%j is no name of a session of ours',
  (name) => {
    expect(() => exactSession(name)).toThrow('not a name');
  },
);

test('the session that a line made is known by its id, and by nothing a format could print later', () => {
  expect(parseBornSession([['$7'], [], ['%3 10218']])).toBe('$7');
  expect(parseBornSession([[], ['$7']])).toBeNull();
  expect(parseBornSession([])).toBeNull();
});

test('the pane that a line made is found among its replies', () => {
  expect(parseBorn([[], ['%3 10218'], [], ['%3']])).toEqual({
    paneId: '%3',
    pid: 10218,
    activePaneId: '%3',
  });
  expect(() => parseBorn([[], ['%window-add @3'], []])).toThrow('which pane');
});
