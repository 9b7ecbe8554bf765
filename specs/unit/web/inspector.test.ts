import { expect, test } from '@jest/globals';
import { createActor, type InspectionEvent, setup } from 'xstate';
import { createInspector } from '../../../web/inspector.ts';
import type { InspectorMessage } from '../../../web/live-protocol.ts';
import { atEnd } from '../../harness/scope.ts';
import { startToyPool, TOY_NAMES, TOY_SECRET, toyMachine } from '../../harness/toy-pool.ts';
import { until } from '../../harness/until.ts';

async function readyPool() {
  const pool = startToyPool();
  const { inspector } = pool;
  await until(
    () =>
      TOY_NAMES.every((name) =>
        pool.root.getSnapshot().children[name].getSnapshot().matches({ idle: 'ready' }),
      ),
    { withinMs: 2000, what: 'the toys to be ready' },
  );
  const actor = (name: string) => inspector.dump().actors.find((one) => one.name === name);
  return { ...pool, actor };
}

test('every actor is known with its parent, machine, active states and status', async () => {
  const { actor, root } = await readyPool();
  expect(actor('toy-2')).toMatchObject({
    parent: root.sessionId,
    machine: 'toy',
    nodes: ['toy', 'toy.idle', 'toy.idle.ready'],
    path: ['idle', 'ready'],
    status: 'active',
  });
});

test('an entry says who sent what to whom, what was taken, and the state after it', async () => {
  const { inspector, send, actor } = await readyPool();
  send('toy-1', { type: 'turn.began' });
  expect(inspector.dump().log.at(-1)).toMatchObject({
    actor: actor('toy-1')?.id,
    actorName: 'toy-1',
    from: null,
    type: 'turn.began',
    nodes: ['toy', 'toy.working'],
    transitions: [{ source: 'toy.idle.ready', event: 'turn.began', targets: ['toy.working'] }],
  });
});

test('an event that a child sends names the child', async () => {
  const { inspector } = await readyPool();
  const done = inspector.dump().log.find(({ type }) => type.startsWith('xstate.done.actor'));
  expect(done?.from).toBe('launch');
});

test('the root is called by its machine, an effect without an id by its logic', async () => {
  const { inspector, root } = await readyPool();
  expect(inspector.dump().actors.find(({ id }) => id === root.sessionId)?.name).toBe('toys');
  const names = new Set(inspector.dump().log.map(({ actorName }) => actorName));
  expect(names).toEqual(new Set(['toys', ...TOY_NAMES, 'launch']));
});

test('a state with an id of its own is still told by its keys', () => {
  const inspector = createInspector({ limit: 5 });
  const machine = setup({}).createMachine({
    id: 'm',
    initial: 'idle',
    states: { idle: { initial: 'ready', states: { ready: { id: 'here' } } } },
  });
  const actor = createActor(machine, { inspect: inspector.inspect }).start();
  atEnd(() => actor.stop());
  expect(inspector.dump().actors[0]).toMatchObject({
    nodes: ['m', 'm.idle', 'here'],
    path: ['idle', 'ready'],
  });
});

test('an event that the machine ignores is told as such', async () => {
  const { inspector, send } = await readyPool();
  send('toy-1', { type: 'operator.reset' });
  expect(inspector.dump().log.at(-1)).toMatchObject({ type: 'operator.reset', transitions: [] });
});

test('entries are numbered without gaps, and only the newest are kept', () => {
  const inspector = createInspector({ limit: 3 });
  const actor = createActor(toyMachine, { inspect: inspector.inspect }).start();
  atEnd(() => actor.stop());
  for (let i = 0; i < 10; i += 1) actor.send({ type: 'turn.ended' });
  const numbers = inspector.dump().log.map(({ seq }) => seq);
  expect(numbers).toHaveLength(3);
  expect(numbers).toEqual([0, 1, 2].map((i) => (numbers[0] ?? 0) + i));
});

test('an actor that has ended is gone, and its last entry says how it ended', async () => {
  const { inspector, root, actor } = await readyPool();
  const { id } = actor('toy-3') ?? { id: '' };
  root.stop();
  expect(actor('toy-3')).toBeUndefined();
  expect(inspector.dump().actors).toEqual([]);
  const last = inspector.dump().log.findLast((entry) => entry.actor === id);
  expect(last?.status).toBe('stopped');
});

test('subscribers get what changes until they leave', async () => {
  const { inspector, send } = await readyPool();
  const told: InspectorMessage[] = [];
  const leave = inspector.subscribe((message) => told.push(message));
  send('toy-1', { type: 'turn.began' });
  expect(told.map(({ kind }) => kind)).toEqual(['actor', 'entry']);
  leave();
  send('toy-1', { type: 'turn.ended' });
  expect(told).toHaveLength(2);
});

test('a subscriber that throws is dropped, and neither machine nor other subscribers notice', async () => {
  const { inspector, send, actor } = await readyPool();
  let calls = 0;
  const told: InspectorMessage[] = [];
  inspector.subscribe(() => {
    calls += 1;
    throw new Error('broken reader');
  });
  inspector.subscribe((message) => told.push(message));
  send('toy-1', { type: 'turn.began' });
  expect(calls).toBe(1);
  expect(told).toHaveLength(2);
  expect(actor('toy-1')?.nodes).toContain('toy.working');
});

test('whatever XState tells it, it does not throw', () => {
  const { inspect } = createInspector({ limit: 5 });
  const strange = [null, {}, { type: '@xstate.snapshot' }, { type: '@xstate.event', actorRef: {} }];
  for (const event of strange) {
    expect(() => inspect(event as unknown as InspectionEvent)).not.toThrow();
  }
});

test('a context that cannot be read breaks neither the machine nor the dump', () => {
  const inspector = createInspector({ limit: 5 });
  const trap = {
    get broken(): never {
      throw new Error('no');
    },
  };
  const machine = setup({ types: { context: {} as { trap: object } } }).createMachine({
    id: 'trapped',
    context: { trap },
    on: { go: { actions: () => {} } },
  });
  const actor = createActor(machine, { inspect: inspector.inspect }).start();
  atEnd(() => actor.stop());
  inspector.subscribe(() => {});
  actor.send({ type: 'go' });
  expect(inspector.dump().actors[0]?.context).toBe('[unreadable]');
});

test('no secret of a context or an event comes out, neither in the dump nor in the increments', async () => {
  const { inspector, send } = await readyPool();
  const told: InspectorMessage[] = [];
  inspector.subscribe((message) => told.push(message));
  send('toy-1', { type: 'turn.began', prompt: 'a private prompt', token: TOY_SECRET });
  const all = JSON.stringify([inspector.dump(), told]);
  expect(all).toContain('turn.began');
  expect(all).not.toContain(TOY_SECRET);
  expect(all).not.toContain('a private prompt');
});

test('a machine has one key, also after provide; another machine of the same id has its own', () => {
  const inspector = createInspector({ limit: 5 });
  const provided = toyMachine.provide({ delays: { backoff: 1 } });
  const namesake = setup({}).createMachine({ id: 'toy' });
  for (const machine of [toyMachine, provided, namesake]) {
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    atEnd(() => actor.stop());
  }
  const machines = inspector.dump().actors.map(({ machine }) => machine);
  expect(machines.filter((key) => key !== null)).toEqual(['toy', 'toy', 'toy~2']);
  expect(inspector.machine('toy~2')).toBe(namesake);
  expect(inspector.machine('none')).toBeNull();
});
