import { expect, test } from '@jest/globals';
import { type Belief, planReconcile } from '../../../supervisor/reconcile.ts';
import { aliveIn, deadIn, foreign, seen } from '../../harness/test-root.ts';
import { identity } from '../../harness/test-session.ts';

const settled = (overrides: Partial<Belief> = {}): Belief => ({
  name: 'pool-0',
  mark: 'mark',
  agent: identity(5),
  previous: null,
  phase: 'settled',
  ...overrides,
});
const vanished = { pid: 5, cause: { kind: 'vanished' }, lastScreen: '' };

test('what is as believed needs nothing', () => {
  expect(planReconcile([settled()], seen(aliveIn('pool-0', 5)))).toEqual([]);
});

test('unknown is not gone', () => {
  expect(planReconcile([settled()], { kind: 'unknown', reason: 'timed out' })).toEqual([]);
});

test('a dead pane is a death with its cause and last screen', () => {
  expect(planReconcile([settled()], seen(deadIn('pool-0', 5)))).toEqual([
    {
      kind: 'died',
      name: 'pool-0',
      death: { pid: 5, cause: { kind: 'exit', code: 1 }, lastScreen: 'last words' },
    },
  ]);
});

test.each([
  ['the session is gone', seen()],
  ['its pane is gone', seen({ name: 'pool-0', mark: 'mark', pane: null })],
  ["its name is another's now", seen(foreign('pool-0'))],
])('an agent has vanished when %s', (_, observation) => {
  expect(planReconcile([settled()], observation)).toEqual([
    { kind: 'died', name: 'pool-0', death: vanished },
  ]);
});

test('a lost server is the death of all agents, and frees the names that were taken', () => {
  const beliefs = [settled(), settled({ name: 'pool-1', agent: null, phase: 'blocked' })];
  expect(planReconcile(beliefs, { kind: 'server_lost' })).toEqual([
    { kind: 'died', name: 'pool-0', death: { ...vanished, cause: { kind: 'server_lost' } } },
    { kind: 'freed', name: 'pool-1' },
  ]);
});

test('a session without an agent has nothing to lose', () => {
  const without = settled({ agent: null });
  expect(planReconcile([without], seen())).toEqual([]);
  expect(planReconcile([without], seen(deadIn('pool-0', 5)))).toEqual([]);
  expect(planReconcile([without], { kind: 'server_lost' })).toEqual([]);
});

test.each([
  ['another', 5],
  ['any', null],
] as const)('an agent that is not the one believed in is found: %s', (_, pid) => {
  const belief = settled({ agent: pid === null ? null : identity(pid) });
  expect(planReconcile([belief], seen(aliveIn('pool-0', 6)))).toMatchObject([
    { kind: 'found', name: 'pool-0', mark: 'mark', pane: { agent: identity(6) } },
  ]);
});

test('a reused pid is another agent', () => {
  const belief = settled({ agent: { pid: 5, startTime: 'earlier' } });
  expect(planReconcile([belief], seen(aliveIn('pool-0', 5)))).toMatchObject([{ kind: 'found' }]);
});

test('an agent that the next launch ends is no news', () => {
  const belief = settled({ agent: null, previous: identity(5) });
  expect(planReconcile([belief], seen(aliveIn('pool-0', 5)))).toEqual([]);
});

test('our agent in a session of another name is a rename, also when the name was taken since', () => {
  const renamed = { kind: 'renamed', name: 'pool-0', to: 'mine', agent: identity(5) };
  expect(planReconcile([settled()], seen(aliveIn('mine', 5)))).toEqual([renamed]);
  expect(planReconcile([settled()], seen(aliveIn('mine', 5), foreign('pool-0')))).toEqual([
    renamed,
  ]);
});

test("another's mark or another agent elsewhere is no rename of ours", () => {
  expect(planReconcile([settled()], seen(aliveIn('mine', 5, 'other')))).toMatchObject([
    { kind: 'died' },
  ]);
  expect(planReconcile([settled()], seen(aliveIn('mine', 6)))).toMatchObject([{ kind: 'died' }]);
  expect(planReconcile([settled()], seen(deadIn('mine', 5)))).toMatchObject([{ kind: 'died' }]);
});

test('nothing is concluded about a session while an effect is under way, or that was given up', () => {
  for (const phase of ['launching', 'failed'] as const) {
    for (const observation of [seen(), seen(deadIn('pool-0', 5)), seen(aliveIn('pool-0', 6))]) {
      expect(planReconcile([settled({ phase })], observation)).toEqual([]);
    }
  }
});

const blocked = settled({ agent: null, phase: 'blocked' });

test('a name is free when its session is gone, not before', () => {
  expect(planReconcile([blocked], seen())).toEqual([{ kind: 'freed', name: 'pool-0' }]);
  expect(planReconcile([blocked], seen(foreign('pool-0')))).toEqual([]);
});

test('a blocked session that bears our mark is ours: its agent is found, or its place is free', () => {
  expect(planReconcile([blocked], seen(aliveIn('pool-0', 9)))).toMatchObject([{ kind: 'found' }]);
  for (const observation of [
    seen(deadIn('pool-0', 9)),
    seen({ name: 'pool-0', mark: 'mark', pane: null }),
  ]) {
    expect(planReconcile([blocked], observation)).toEqual([{ kind: 'freed', name: 'pool-0' }]);
  }
});

test('the plan follows the order of the beliefs', () => {
  const names = ['pool-2', 'pool-0', 'pool-1'];
  const plan = planReconcile(
    names.map((name) => settled({ name })),
    seen(),
  );
  expect(plan.map(({ name }) => name)).toEqual(names);
});

test('agents that are older than the server were lost with another one, whose place it has taken', () => {
  const beliefs = [settled({ agent: { pid: 5, startTime: '0' } })];
  const lost = { ...vanished, cause: { kind: 'server_lost' } };
  for (const observation of [seen(), seen({ name: 'pool-0', mark: 'mark', pane: null })]) {
    expect(planReconcile(beliefs, observation)).toEqual([
      { kind: 'died', name: 'pool-0', death: lost },
    ]);
  }
});

test('our agent in a session without our mark was taken by an operator, whatever has its old place', () => {
  const taken = { ...aliveIn('mine', 5), mark: null };
  const told = [{ kind: 'renamed', name: 'pool-0', to: 'mine', agent: identity(5) }];
  expect(planReconcile([settled()], seen(taken))).toEqual(told);
  const emptied = { name: 'pool-0', mark: 'mark', pane: null };
  expect(planReconcile([settled()], seen(emptied, taken))).toEqual(told);
  const disowned = { ...aliveIn('pool-0', 5), mark: null };
  expect(planReconcile([settled()], seen(disowned))).toMatchObject([
    { kind: 'renamed', to: 'pool-0' },
  ]);
  expect(planReconcile([settled({ agent: identity(6) })], seen(taken))).toMatchObject([
    { kind: 'died' },
  ]);
});
