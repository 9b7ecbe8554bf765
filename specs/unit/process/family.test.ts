import { expect, test } from '@jest/globals';
import { familyIn } from '../../../actors/process/family.ts';
import type { Origin } from '../../../actors/process/origin.ts';
import { tableOf } from '../../../actors/process/process-table.ts';

const AGENT = { pid: 100, startTime: '1000' };
const OTHER = { pid: 200, startTime: '1000' };

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly name?: string;
  readonly startTime?: string;
  readonly state?: string;
  /** Whose name it bears. */
  readonly of?: typeof AGENT;
  readonly isInOtherPane?: boolean;
}

const INIT: Row = { pid: 1, parent: 0, startTime: '0' };
const SERVER: Row = { pid: 50, parent: 1, name: 'tmux: server', startTime: '500' };
/** The agent itself, in a pane. */
const ITSELF: Row = { ...AGENT, parent: 50, of: AGENT };

/** The pids of what the agent has started, where these run and the daemon is the process with the pid `daemon`. */
function family(rows: readonly Row[], daemon = 7): readonly number[] {
  const table = tableOf(
    rows.map(({ pid, parent, name = 'sh', startTime = '2000', state = 'S' }) => ({
      ...{ pid, parent, name, startTime, state, threads: 1 },
    })),
  );
  const origins = new Map<number, Origin>();
  for (const { pid, of: agent, isInOtherPane = false } of rows) {
    if (agent) origins.set(pid, { agent, conversation: null, isInOtherPane });
  }
  const own = new Set<number>();
  for (let pid = daemon; table.byPid.has(pid); pid = table.byPid.get(pid)?.parent ?? 0)
    own.add(pid);
  return familyIn({ agent: AGENT, table, origins, own }).map(({ pid }) => pid);
}

const mine = (pid: number, parent: number, more: Partial<Row> = {}): Row => ({
  ...{ pid, parent, of: AGENT },
  ...more,
});

test.each<readonly [string, readonly Row[], readonly number[]]>([
  ['a child of a living agent', [ITSELF, mine(101, 100)], [101]],
  [
    'its children without a name',
    [ITSELF, { pid: 101, parent: 100 }, { pid: 102, parent: 101 }],
    [101, 102],
  ],
  ['an orphan with its name, while it lives', [ITSELF, mine(101, 1)], [101]],
  [
    'an orphan with its name, when it is gone',
    [mine(101, 1), { pid: 102, parent: 101 }],
    [101, 102],
  ],
  [
    'an orphan that was started in the same hundredth',
    [mine(101, 1, { startTime: '1000' })],
    [101],
  ],
  ['no zombie', [mine(101, 1, { state: 'Z' })], []],
  ['not itself', [ITSELF], []],
  ['not itself, though it has outlived its pane', [{ ...ITSELF, parent: 1 }], []],
  [
    'not who has its pid now, nor that one’s children',
    [
      { pid: 100, parent: 1 },
      { pid: 101, parent: 100 },
    ],
    [],
  ],
  [
    'not another agent, wherever it runs',
    [ITSELF, mine(101, 100, { of: OTHER }), { pid: 102, parent: 101 }],
    [],
  ],
  ['not a server, nor what it holds', [mine(101, 1, { name: 'tmux: server' }), mine(102, 101)], []],
  [
    'not what a server holds that is older',
    [{ ...SERVER, pid: 60 }, mine(101, 60), mine(102, 101)],
    [],
  ],
  ['not what has left another pane', [mine(101, 1, { isInOtherPane: true }), mine(102, 101)], []],
])('of an agent has been started: %s', (_, rows, expected) => {
  expect(family([INIT, SERVER, ...rows])).toEqual(expected);
});

test('init may be a program that holds others: an orphan is the agent’s all the same', () => {
  expect(family([{ ...INIT, name: 'screen' }, mine(101, 1)])).toEqual([101]);
});

test('where the daemon is init, or a subreaper, orphans are its children, and the agent’s all the same', () => {
  expect(family([INIT, mine(101, 1)], 1)).toEqual([101]);
  const daemon = { pid: 7, parent: 1, startTime: '700' };
  expect(family([INIT, daemon, mine(101, 7)])).toEqual([101]);
});

test('a daemon within the family is not of it, nor is the way to it, nor what else hangs there', () => {
  const way = [mine(101, 1), mine(7, 101), mine(102, 101), mine(103, 7)];
  expect(family([INIT, ...way, mine(110, 1)])).toEqual([110]);
  const nameless = [ITSELF, { pid: 101, parent: 100 }, { pid: 7, parent: 101 }];
  expect(family([INIT, SERVER, ...nameless, mine(110, 1)])).toEqual([110]);
});

test('a program that a process manager above the daemon has started for the agent is that manager’s', () => {
  const manager = { pid: 5, parent: 1, name: 'PM2 v6.0.8: God', startTime: '400' };
  const daemon = { pid: 7, parent: 5, startTime: '700' };
  expect(family([INIT, manager, daemon, mine(101, 5)])).toEqual([]);
});
