import { expect, test } from '@jest/globals';
import { createDaemonWorld } from '../../harness/daemon-world.ts';
import { START } from '../../harness/test-session.ts';
import { until } from '../../harness/until.ts';

const soon = (what: string) => ({ withinMs: 5000, what, everyMs: 1 });

/** A pool at its prompts, and what is told of the failover of its first session. */
async function startedPool() {
  const w = await createDaemonWorld();
  w.world.says = 'idle';
  const daemon = await w.start();
  await w.logs('session.ready', 3);
  const failover = () => daemon.status().sessions[0]?.failover ?? null;
  return { ...w, daemon, failover };
}

test('of sessions that are not to leave their account no failover is told', async () => {
  const { daemon } = await startedPool();
  expect(daemon.status().sessions.map(({ failover }) => failover)).toEqual([null, null, null]);
});

test('a person at work in a session that has to leave is why it waits, in status and in session show', async () => {
  const w = await startedPool();
  const person = w.fake.attachPerson('pool-9', { at: START });
  person.type('x', START);
  w.daemon.accountVerb({ name: 'first', verb: 'disable', until: null });
  await w.logs('failover.completed', 2);
  await until(() => w.failover()?.why, soon('a reason'));
  const told = {
    step: 'choosing',
    from: 'first',
    to: null,
    wanted: null,
    reason: 'unavailable',
    evidence: null,
    why: 'somebody is at work there',
  };
  expect(w.failover()).toMatchObject(told);
  expect(await w.daemon.session('pool-9')).toMatchObject({ failover: told });
  expect(w.daemon.status().sessions[1]?.failover).toBeNull();
});

test('sessions that have just moved and stay on a limited account for the cooldown say so, in status and in session show', async () => {
  const w = await startedPool();
  w.daemon.accountVerb({ name: 'first', verb: 'limit', until: START + 3_600_000 });
  await w.logs('failover.completed', 3);
  w.daemon.accountVerb({ name: 'first', verb: 'clear', until: null });
  w.daemon.accountVerb({ name: 'second', verb: 'limit', until: START + 3_600_000 });
  const reason = expect.stringMatching(/^second is limited; it moved at .*failover\.cooldown/);
  const staying = { account: 'second', failover: null, reason };
  expect(w.daemon.status().sessions).toMatchObject([staying, staying, staying]);
  expect(await w.daemon.session('pool-9')).toMatchObject(staying);
});

test('a status never asks tmux who is at a session: it answers while tmux hangs', async () => {
  const w = await startedPool();
  w.fake.hang();
  w.daemon.accountVerb({ name: 'first', verb: 'disable', until: null });
  await until(w.failover, soon('a failover'));
  expect(w.failover()).toMatchObject({ step: 'choosing', from: 'first', why: null });
  w.fake.resume();
});

test('the histories of a session and of both accounts tell the way of a move, with its rule', async () => {
  const w = await startedPool();
  w.daemon.accountVerb({ name: 'first', verb: 'limit', until: START + 3_600_000 });
  await w.logs('failover.completed', 3);
  const why = 'second is the preferred account that can be used; first is limited until ';
  const rule = { event: 'failover.decided', facts: { why: expect.stringContaining(why) } };
  const went = { event: 'failover.completed', facts: { from: 'first', to: 'second' } };
  const moves = async (name: string) =>
    (await w.daemon.account(name))?.history.filter(({ event }) => event.startsWith('failover.'));
  for (const name of ['first', 'second']) {
    expect((await moves(name))?.at(0)).toMatchObject(rule);
    expect((await moves(name))?.at(-1)).toMatchObject(went);
    expect(await moves(name)).toHaveLength(6);
  }
  const session = await w.daemon.session('pool-9');
  const told = session?.history.filter(({ event }) => event.startsWith('failover.'));
  expect(told?.map(({ event }) => event)).toEqual([
    'failover.started',
    'failover.decided',
    'failover.completed',
  ]);
});
