import { describe, expect, test } from '@jest/globals';
import { fakeWorld, realWorld } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const WORLDS = [
  ['the driver', realWorld],
  ['the fake', fakeWorld],
] as const;

describe.each(WORLDS)('removing a session through %s', (_name, openWorld) => {
  test('closes the session whose agent has ended, and no other', async () => {
    const world = await openWorld();
    const { tmux } = world;
    for (const name of ['pool-1', 'pool-11']) await tmux.create(world.launch(name));
    await world.addOperatorSession('pool');
    await world.killAgent('pool-1', 9);
    await until(
      async () => {
        const seen = await tmux.observe([]);
        return seen.kind === 'seen' && seen.sessions.some(({ pane }) => pane?.state === 'dead');
      },
      { withinMs: 5000, what: 'tmux to show the death' },
    );

    await tmux.remove('mark-of-pool-1');

    const names = await tmux.sessionNames();
    expect(names).toEqual(expect.arrayContaining(['pool', 'pool-11']));
    expect(names).not.toContain('pool-1');
    expect(await tmux.observe(['pool-11'])).toMatchObject({
      sessions: [{ name: 'pool-11', pane: { state: 'alive' } }],
    });
  });

  test('refuses while an agent lives in it, and changes nothing', async () => {
    const world = await openWorld();
    const { tmux } = world;
    await tmux.create(world.launch('pool-1'));
    await expect(tmux.remove('mark-of-pool-1')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await tmux.observe(['pool-1'])).toMatchObject({
      sessions: [{ mark: 'mark-of-pool-1', pane: { state: 'alive' } }],
    });
  });

  test('does nothing where no session has the mark, and where no server is left', async () => {
    const world = await openWorld();
    const { tmux } = world;
    await tmux.create(world.launch('pool-1'));
    await tmux.remove('another');
    expect(await tmux.sessionNames()).toContain('pool-1');
    await world.loseServer();
    await until(async () => (await tmux.observe([])).kind === 'server_lost', {
      withinMs: 5000,
      what: 'the server to be lost',
    });
    await tmux.remove('mark-of-pool-1');
  });
});

test('what an operator has opened beside the agent stays, and the session is theirs then', async () => {
  const world = await realWorld();
  const { tmux } = world;
  await tmux.create(world.launch('pool-1'));
  await world.closeAgentPane('pool-1');
  await until(
    async () => {
      const seen = await tmux.observe([]);
      return seen.kind === 'seen' && seen.sessions[0]?.pane === null;
    },
    { withinMs: 5000, what: 'the agent’s pane to be gone' },
  );

  await tmux.remove('mark-of-pool-1');

  expect(await tmux.observe(['pool-1'])).toMatchObject({
    sessions: [{ name: 'pool-1', mark: null }],
  });
});
