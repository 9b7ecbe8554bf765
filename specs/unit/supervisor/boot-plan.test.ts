import { expect, test } from '@jest/globals';
import type { Slot } from '../../../config/slots.ts';
import { planBoot } from '../../../supervisor/boot-plan.ts';
import { sessionFacts } from '../../harness/facts.ts';
import { aliveIn, deadIn, foreign, seen } from '../../harness/test-root.ts';
import { identity } from '../../harness/test-session.ts';

const slot: Slot = {
  name: 'pool-0',
  kind: 'autonomous',
  index: 0,
  workdir: '/work',
  account: null,
};
const facts = sessionFacts({ agent: identity(5), mark: 'mark' });
const noAgent = sessionFacts({ agent: null, mark: 'mark' });

test('a session that was never there is launched', () => {
  expect(planBoot(slot, null, seen())).toEqual({ kind: 'launch' });
  expect(planBoot(slot, null, { kind: 'server_lost' })).toEqual({ kind: 'launch' });
});

test('a living agent of ours is adopted, whatever the store remembers', () => {
  for (const remembered of [facts, noAgent, null]) {
    expect(planBoot(slot, remembered, seen(aliveIn('pool-0', 6)))).toMatchObject({
      kind: 'adopt',
      mark: 'mark',
      pane: { agent: identity(6) },
    });
  }
});

test('a death that nobody saw is one, with what tmux knows of it', () => {
  expect(planBoot(slot, facts, seen(deadIn('pool-0', 5)))).toEqual({
    kind: 'died',
    death: { pid: 5, cause: { kind: 'exit', code: 1 }, lastScreen: 'last words' },
  });
});

test.each([
  ['vanished', seen()],
  ['vanished', seen({ name: 'pool-0', mark: 'mark', pane: null })],
  ['server_lost', { kind: 'server_lost' } as const],
])('an agent that is not there any more has %s', (kind, observation) => {
  expect(planBoot(slot, facts, observation)).toEqual({
    kind: 'died',
    death: { pid: 5, cause: { kind }, lastScreen: '' },
  });
});

test('a death that was recorded already is not counted twice', () => {
  expect(planBoot(slot, noAgent, seen(deadIn('pool-0', 5)))).toEqual({ kind: 'launch' });
  expect(planBoot(slot, noAgent, seen())).toEqual({ kind: 'launch' });
});

test('a session without our mark blocks its slot', () => {
  expect(planBoot(slot, facts, seen(foreign('pool-0')))).toEqual({ kind: 'blocked' });
});

test('a session that was given up stays so, even if something runs in it', () => {
  const failed = sessionFacts({ failed: { at: 1, code: 'X', reason: 'x' }, held: true });
  expect(planBoot(slot, failed, seen(aliveIn('pool-0', 5)))).toEqual({ kind: 'failed' });
});

test('a held session stays held, with its agent if it lives', () => {
  const held = { ...facts, held: true };
  expect(planBoot(slot, held, seen(aliveIn('pool-0', 5)))).toMatchObject({
    kind: 'held',
    pane: { agent: identity(5) },
  });
  for (const observation of [
    seen(),
    seen(deadIn('pool-0', 5)),
    seen(foreign('pool-0')),
    { kind: 'server_lost' } as const,
  ]) {
    expect(planBoot(slot, held, observation)).toEqual({ kind: 'held', pane: null });
  }
});

test('a session that was renamed while no daemon looked is left alone, name taken or not', () => {
  expect(planBoot(slot, facts, seen(aliveIn('mine', 5)))).toEqual({ kind: 'renamed' });
  expect(planBoot(slot, noAgent, seen(aliveIn('mine', 5)))).toEqual({ kind: 'renamed' });
  expect(planBoot(slot, facts, seen(foreign('pool-0'), aliveIn('mine', 5)))).toEqual({
    kind: 'renamed',
  });
});

test('a held session that was renamed keeps its agent until it is released', () => {
  expect(planBoot(slot, { ...facts, held: true }, seen(aliveIn('mine', 5)))).toMatchObject({
    kind: 'held',
    pane: { agent: identity(5) },
  });
});

test("another slot's session is none of its business", () => {
  expect(planBoot(slot, facts, seen(aliveIn('pool-1', 6, 'other-mark')))).toMatchObject({
    kind: 'died',
  });
});

test('an agent that is older than the server was lost with another one, while no daemon looked', () => {
  const older = sessionFacts({ agent: { pid: 5, startTime: '0' }, mark: 'mark' });
  expect(planBoot(slot, older, seen())).toMatchObject({
    death: { pid: 5, cause: { kind: 'server_lost' } },
  });
});

test('an agent that an operator moved into a session of their own meanwhile is left alone; another agent there is no news', () => {
  const taken = { ...aliveIn('mine', 5), mark: null };
  expect(planBoot(slot, facts, seen(taken))).toEqual({ kind: 'renamed' });
  expect(planBoot(slot, noAgent, seen(taken))).toEqual({ kind: 'launch' });
  const another = { ...aliveIn('mine', 6), mark: null };
  expect(planBoot(slot, facts, seen(another))).toMatchObject({ kind: 'died' });
});

/**
 * What makes an agent the one that we know: the server that it runs on, its pane, its pid and start time,
 * and (launch and machine ask for it) its conversation. Each of them alone being another is told apart.
 */
test.each([
  ['another start time', { pid: 5, startTime: '4' }],
  ['another pid', { pid: 6, startTime: '5' }],
])(
  'the agent with %s in the pane is not the one whose rename or death is asked for',
  (_, agent) => {
    const pane = { state: 'alive', paneId: '%5', agent } as const;
    const renamed = { name: 'mine', mark: 'mark', pane };
    expect(planBoot(slot, facts, seen(renamed))).toMatchObject({ kind: 'died', death: { pid: 5 } });
  },
);
