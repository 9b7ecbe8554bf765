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
