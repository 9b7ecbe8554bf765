import { expect, test } from '@jest/globals';
import { slotsOf } from '../../../config/slots.ts';
import type { Config } from '../../../config/types.ts';
import { formerAccounts, leftToRetire, retirementOf } from '../../../supervisor/retire-plan.ts';
import { testConfig } from '../../harness/test-config.ts';
import { paneOf, startTestSession } from '../../harness/test-session.ts';

const config = testConfig();
const [nine, ten, eleven] = slotsOf(config);
if (!nine || !ten || !eleven) throw new Error('three sessions');

function ranging(startIndex: number, max: number, prefix = 'pool-'): Config {
  const { autonomous, dedicated } = config.pool;
  return { ...config, pool: { dedicated, autonomous: { ...autonomous, prefix, startIndex, max } } };
}

function roster(range = slotsOf(config), retiring: typeof range = []) {
  return { range, retiring, accounts: config.accounts };
}

test('a daemon that is the first of its config has nothing to retire', () => {
  expect(leftToRetire(null, config)).toEqual([]);
});

test('what the range has no more is to be retired, and what an earlier daemon had begun to', () => {
  expect(leftToRetire(roster(), ranging(9, 2))).toEqual([eleven]);
  expect(leftToRetire(roster([nine], [ten, eleven]), ranging(9, 1))).toEqual([ten, eleven]);
  expect(leftToRetire(roster([nine, ten], [eleven, ten]), ranging(9, 1))).toEqual([eleven, ten]);
});

test('what has come back into the range is not', () => {
  expect(leftToRetire(roster([nine], [ten, eleven]), ranging(9, 2))).toEqual([eleven]);
  expect(leftToRetire(roster([nine], [ten, eleven]), config)).toEqual([]);
});

test.each([
  ['another prefix', ranging(9, 3, 'pol-')],
  ['another part of the indexes', ranging(90, 3)],
])('a pool of which nothing is left (%s) may be a mistake: it is left alone', (_what, next) => {
  expect(leftToRetire(roster(), next)).toEqual([]);
});

test('an account that has left the config is known by its home', () => {
  const [first, second] = config.accounts;
  if (!first || !second) throw new Error('two accounts');
  expect(formerAccounts([first, second], { accounts: [second] })).toEqual([first]);
  const renamed = { ...first, name: 'other' };
  expect(formerAccounts([first], { accounts: [renamed] })).toEqual([]);
  const moved = { ...first, home: '/moved' };
  expect(formerAccounts([first], { accounts: [moved] })).toEqual([first]);
});

type Test = ReturnType<typeof startTestSession>;

async function ready(options: Parameters<typeof startTestSession>[0] = {}): Promise<Test> {
  const t = startTestSession(options);
  await t.settle();
  t.says('idle');
  return t;
}

test('a session at its prompt may go, unless news of its tasks are not stored yet', async () => {
  const t = await ready();
  expect(t.where()).toBe('ready');
  expect(retirementOf(t.snapshot(), true)).toBe('atRest');
  expect(retirementOf(t.snapshot(), false)).toBe('wait');
});

test('a session that starts, is given a task, or works is waited for', async () => {
  const starting = startTestSession({}, { byHand: true });
  expect(retirementOf(starting.snapshot(), true)).toBe('wait');
  const t = await ready();
  t.assign();
  expect(retirementOf(t.snapshot(), true)).toBe('wait');
  await t.settle();
  t.prompted();
  expect(t.snapshot().matches('working')).toBe(true);
  expect(retirementOf(t.snapshot(), true)).toBe('wait');
  t.ends();
  t.says('idle');
  expect(retirementOf(t.snapshot(), true)).toBe('atRest');
});

test('the turn of a person is waited for, too', async () => {
  const t = await ready();
  t.says('busy');
  expect(retirementOf(t.snapshot(), true)).toBe('wait');
  t.says('waiting');
  expect(retirementOf(t.snapshot(), true)).toBe('wait');
});

test('a session whose agent has died is over, with a task and without, and is not waited for', async () => {
  const idle = await ready();
  idle.dies();
  expect(idle.where()).toBe('backingOff');
  expect(retirementOf(idle.snapshot(), true)).toBe('over');
  const working = await ready();
  working.assign();
  await working.settle();
  working.prompted();
  working.dies();
  expect(working.context().task).not.toBeNull();
  expect(retirementOf(working.snapshot(), true)).toBe('over');
});

test('a session that was given up is over', async () => {
  const t = await ready({ start: { kind: 'failed' } });
  expect(t.where()).toBe('failed');
  expect(retirementOf(t.snapshot(), true)).toBe('over');
});

test('a session that is held is left alone until it is released, or its agent has ended', async () => {
  const t = await ready({ start: { kind: 'held', pane: paneOf(7) } });
  t.says('idle');
  expect(t.where()).toBe('held');
  expect(retirementOf(t.snapshot(), true)).toBe('wait');
  t.send({ type: 'operator.release' });
  t.says('idle');
  expect(retirementOf(t.snapshot(), true)).toBe('atRest');
  t.send({ type: 'operator.hold' });
  t.dies();
  expect(retirementOf(t.snapshot(), true)).toBe('over');
});

test('a session of somebody else that has its name is none of ours', async () => {
  const t = await ready({ start: { kind: 'blocked' } });
  expect(retirementOf(t.snapshot(), true)).toBe('notOurs');
});
