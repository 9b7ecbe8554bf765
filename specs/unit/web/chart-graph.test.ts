import { expect, test } from '@jest/globals';
import { and, assign, fromPromise, not, or, setup } from 'xstate';
import { type ChartNode, chartOf } from '../../../web/chart/graph.ts';
import { rowsOf, rowText } from '../../../web/chart/rows.ts';

const machine = setup({
  types: { context: {} as { n: number } },
  actors: { launch: fromPromise(async () => 1) },
  delays: { backoff: 10 },
  guards: { isHeld: () => true, isDue: () => true, isAtMost: (_, _most: number) => true },
  actions: { count: assign({ n: 1 }) },
}).createMachine({
  id: 'm',
  context: { n: 0 },
  initial: 'idle',
  on: { '*': { actions: 'count' }, 'xstate.error.actor.*': { actions: 'count' } },
  states: {
    idle: {
      initial: 'starting',
      states: {
        starting: {
          invoke: {
            src: 'launch',
            onDone: { guard: 'isHeld', target: 'ready' },
            onError: '#m.crashed',
          },
        },
        ready: { on: { GO: '#m.working', FORBIDDEN: {}, NOTE: { actions: 'count' } } },
        waiting: {},
      },
      onDone: 'crashed',
    },
    working: { on: { GO: 'working', DIE: 'crashed' }, initial: 'waiting', states: { waiting: {} } },
    crashed: {
      always: [
        { guard: { type: 'isAtMost', params: 3 }, target: 'idle' },
        { guard: and(['isHeld', not('isDue')]), target: 'working.waiting' },
        { guard: or(['isHeld', 'isDue']), target: 'ended' },
      ],
      after: { backoff: 'idle', 2000: 'working', 1500: 'idle' },
    },
    ended: { type: 'final' },
  },
});

function node(id: string, within: ChartNode = chartOf(machine)): ChartNode {
  const found = allNodes(within).find((one) => one.id === id);
  if (!found) throw new Error(`no node ${id}`);
  return found;
}

function allNodes(of: ChartNode): readonly ChartNode[] {
  return [of, ...of.children.flatMap(allNodes)];
}

function textOf(id: string): readonly string[] {
  return rowsOf(node(id)).map(rowText);
}

test('states are nested as in the machine, with their kinds and where they begin', () => {
  const root = chartOf(machine);
  expect(root).toMatchObject({ id: 'm', key: 'm', type: 'compound', initial: 'm.idle' });
  expect(root.children.map(({ key, type }) => [key, type])).toEqual([
    ['idle', 'compound'],
    ['working', 'compound'],
    ['crashed', 'atomic'],
    ['ended', 'final'],
  ]);
  expect(node('m.idle')).toMatchObject({ initial: 'm.idle.starting' });
  expect(node('m.crashed')).toMatchObject({ initial: null, children: [] });
});

test('events, and events that are handled without leaving, are told with their targets', () => {
  expect(textOf('m.idle.ready')).toEqual(['GO → working', 'NOTE']);
});

test('an event that is forbidden is not drawn', () => {
  expect(textOf('m.idle.ready').join()).not.toContain('FORBIDDEN');
});

test('an invoked actor is named, and so are its end and its failure', () => {
  expect(textOf('m.idle.starting')).toEqual([
    'runs launch',
    'launch done [isHeld] → ready',
    'launch failed → crashed',
  ]);
  expect(rowsOf(node('m.idle.starting')).map(({ kind }) => kind)).toEqual([
    'invoke',
    'done',
    'error',
  ]);
});

test('delays are told as they are written, numbers as seconds or milliseconds', () => {
  expect(textOf('m.crashed')).toEqual(
    expect.arrayContaining(['after backoff → idle', 'after 2 s → working', 'after 1500 ms → idle']),
  );
});

test('always transitions and their guards, combined or with a parameter, are told', () => {
  expect(textOf('m.crashed').filter((row) => row.startsWith('always'))).toEqual([
    'always [isAtMost 3] → idle',
    'always [isHeld and not isDue] → working.waiting',
    'always [isHeld or isDue] → ended',
  ]);
});

test('wildcards and the end of a compound state have words too', () => {
  expect(textOf('m')).toEqual(['*', 'any actor failed']);
  expect(textOf('m.idle')).toEqual(['all done → crashed']);
});

test('a key that two states share is told with its parent', () => {
  expect(textOf('m.crashed').join()).toContain('→ working.waiting');
});

test('arrows join siblings only: one for all transitions from within one into the other', () => {
  const arrows = chartOf(machine).arrows.map(({ source, target }) => `${source} ${target}`);
  expect(arrows.toSorted()).toEqual([
    'm.crashed m.ended',
    'm.crashed m.idle',
    'm.crashed m.working',
    'm.idle m.crashed',
    'm.idle m.working',
    'm.working m.crashed',
  ]);
  expect(node('m.idle').arrows).toMatchObject([
    { source: 'm.idle.starting', target: 'm.idle.ready' },
  ]);
});

test('an arrow knows the transitions it stands for, by their real ends', () => {
  const [arrow] = chartOf(machine).arrows.filter(
    ({ source, target }) => source === 'm.idle' && target === 'm.crashed',
  );
  expect(arrow?.moves).toEqual(['m.idle>m.crashed', 'm.idle.starting>m.crashed']);
});

test('only an arrow that failures alone take is drawn as a failure', () => {
  const failing = setup({ actors: { launch: fromPromise(async () => 1) } }).createMachine({
    id: 'f',
    initial: 'a',
    states: {
      a: { invoke: { src: 'launch', onDone: 'b', onError: 'c' } },
      b: {},
      c: {},
    },
  });
  const failures = chartOf(failing).arrows.filter(({ isFailure }) => isFailure);
  expect(failures.map(({ target }) => target)).toEqual(['f.c']);
});
