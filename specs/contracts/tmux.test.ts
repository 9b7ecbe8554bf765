import { describe, expect, test } from '@jest/globals';
import type { Observation, PaneObservation, SessionObservation } from '../../machines/ports.ts';
import { fakeWorld, realWorld, type TmuxWorld } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const SOON = { withinMs: 5000, what: 'tmux to show it' };
const WORLDS = [
  ['the driver', realWorld],
  ['the fake', fakeWorld],
] as const;

async function sessionsOf(
  { tmux }: TmuxWorld,
  names: readonly string[] = [],
): Promise<readonly SessionObservation[]> {
  const observation = await tmux.observe(names);
  if (observation.kind !== 'seen') throw new Error(`not seen: ${JSON.stringify(observation)}`);
  return observation.sessions;
}

async function paneOf(world: TmuxWorld, session: string): Promise<PaneObservation | null> {
  const found = (await sessionsOf(world)).find(({ name }) => name === session);
  if (!found) throw new Error(`no session ${session}`);
  return found.pane;
}

function deadPane(world: TmuxWorld, session: string) {
  return until(async () => {
    const pane = await paneOf(world, session);
    return pane?.state === 'dead' ? pane : null;
  }, SOON);
}

function observationOf(world: TmuxWorld, kind: Observation['kind']) {
  return until(async () => {
    const observation = await world.tmux.observe([]);
    return observation.kind === kind ? observation : null;
  }, SOON);
}

describe.each(WORLDS)('tmux through %s', (_name, openWorld) => {
  test('shows nothing of ours at first, and a server', async () => {
    const { tmux } = await openWorld();
    expect(await tmux.observe(['pool-1'])).toEqual({
      kind: 'seen',
      server: { pid: expect.any(Number), startTime: expect.stringMatching(/^\d+$/) },
      sessions: [],
    });
  });

  test('names every session there is, also those of others', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    await world.addOperatorSession('%1 theirs');
    expect(await world.tmux.sessionNames()).toEqual(
      expect.arrayContaining(['pool-1', '%1 theirs']),
    );
    await world.loseServer();
    expect(
      await until(
        async () => ((await world.tmux.sessionNames()).length === 0 ? 'none' : null),
        SOON,
      ),
    ).toBe('none');
  });

  test('lists a session that was created, with its mark and its living agent', async () => {
    const world = await openWorld();
    const pane = await world.tmux.create(world.launch('pool-1'));
    expect(await sessionsOf(world, ['pool-1'])).toEqual([
      { name: 'pool-1', mark: 'mark-of-pool-1', pane: { state: 'alive', ...pane } },
    ]);
  });

  test('refuses to create a session whose name is taken, and leaves that one alone', async () => {
    const world = await openWorld();
    await world.addOperatorSession('pool-1');
    const creating = world.tmux.create(world.launch('pool-1'));
    await expect(creating).rejects.toMatchObject({ code: 'TMUX_NAME_TAKEN' });
    expect(await sessionsOf(world, ['pool-1'])).toEqual([
      { name: 'pool-1', mark: null, pane: null },
    ]);
  });

  test('does not list sessions that have neither a name of the pool nor our mark', async () => {
    const world = await openWorld();
    await world.addOperatorSession('pool-11');
    expect(await sessionsOf(world, ['pool-1'])).toEqual([]);
  });

  test('keeps the pane of an agent that was killed, with the signal and the last screen', async () => {
    const world = await openWorld();
    const { paneId, agent } = await world.tmux.create(world.launch('pool-1'));
    await world.print('pool-1', 'last words');
    await world.killAgent('pool-1', 9);
    expect(await deadPane(world, 'pool-1')).toEqual({
      state: 'dead',
      paneId,
      pid: agent.pid,
      cause: { kind: 'signal', signal: 9 },
      lastScreen: 'last words',
    });
  });

  test('tells the exit status of an agent that ended by itself', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    await world.endAgent('pool-1', 3);
    expect(await deadPane(world, 'pool-1')).toMatchObject({ cause: { kind: 'exit', code: 3 } });
  });

  test('wakes its listeners when an agent ends, and not those that stopped listening', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    let heard = 0;
    let heardByOther = 0;
    world.tmux.onWake(() => {
      heard += 1;
    });
    world.tmux.onWake(() => {
      heardByOther += 1;
    })();
    await world.killAgent('pool-1', 9);
    await until(async () => heard > 0 && (await paneOf(world, 'pool-1'))?.state === 'dead', SOON);
    expect(heardByOther).toBe(0);
  });

  test.each([
    ['a session is killed', (world: TmuxWorld) => world.killSession('pool-1')],
    ['a session is renamed', (world: TmuxWorld) => world.renameSession('pool-1', 'mine')],
    ['a session is added', (world: TmuxWorld) => world.addOperatorSession('pool-2')],
    ['the server is lost', (world: TmuxWorld) => world.loseServer()],
  ])('wakes its listeners when %s', async (_what, happen) => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    await world.quiet();
    let heard = 0;
    world.tmux.onWake(() => {
      heard += 1;
    });
    await happen(world);
    await until(() => heard > 0, SOON);
  });

  test('starts the next agent in the same pane', async () => {
    const world = await openWorld();
    const first = await world.tmux.create(world.launch('pool-1'));
    await world.killAgent('pool-1', 9);
    const { paneId } = await deadPane(world, 'pool-1');
    const second = await world.tmux.respawn(paneId, world.launch('pool-1'));
    expect(second.paneId).toBe(first.paneId);
    expect(second.agent).not.toEqual(first.agent);
    expect(await paneOf(world, 'pool-1')).toEqual({ state: 'alive', ...second });
  });

  test('keeps the pane of a second agent as well, with its own cause and screen', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    await world.print('pool-1', 'of the first');
    await world.endAgent('pool-1', 1);
    const { paneId } = await deadPane(world, 'pool-1');
    await world.tmux.respawn(paneId, world.launch('pool-1'));
    await world.endAgent('pool-1', 2);
    expect(await deadPane(world, 'pool-1')).toMatchObject({
      cause: { kind: 'exit', code: 2 },
      lastScreen: '',
    });
  });

  test('starts no agent in a pane whose agent lives', async () => {
    const world = await openWorld();
    const { paneId, agent } = await world.tmux.create(world.launch('pool-1'));
    const launch = world.launch('pool-1');
    await expect(world.tmux.respawn(paneId, launch)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(world.tmux.refill(launch)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await paneOf(world, 'pool-1')).toMatchObject({ agent });
  });

  test('starts no agent in a pane that is not ours', async () => {
    const world = await openWorld();
    await world.addOperatorSession('mine');
    await expect(world.tmux.respawn('%1', world.launch('pool-1'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('shows a session whose agent pane was closed without a pane, and refills it', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    await world.closeAgentPane('pool-1');
    expect(await paneOf(world, 'pool-1')).toBeNull();
    const pane = await world.tmux.refill(world.launch('pool-1'));
    expect(await paneOf(world, 'pool-1')).toEqual({ state: 'alive', ...pane });
  });

  test('refills no session that is gone', async () => {
    const world = await openWorld();
    await expect(world.tmux.refill(world.launch('pool-1'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('no longer lists a session that was killed', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    await world.tmux.create(world.launch('pool-2'));
    await world.killSession('pool-1');
    expect(await sessionsOf(world)).toMatchObject([{ name: 'pool-2' }]);
  });

  test('lists a session of ours that was renamed, and refills it under its new name', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    await world.renameSession('pool-1', 'elsewhere');
    await world.closeAgentPane('elsewhere');
    const pane = await world.tmux.refill(world.launch('pool-1'));
    expect(await sessionsOf(world, ['pool-1'])).toEqual([
      { name: 'elsewhere', mark: 'mark-of-pool-1', pane: { state: 'alive', ...pane } },
    ]);
  });

  test('adopts a session as it is', async () => {
    const world = await openWorld();
    await world.addOperatorSession('pool-1');
    const pane = await world.tmux.adopt('pool-1', 'adopted');
    expect(await sessionsOf(world)).toEqual([
      { name: 'pool-1', mark: 'adopted', pane: { state: 'alive', ...pane } },
    ]);
    await world.killAgent('pool-1', 9);
    expect(await deadPane(world, 'pool-1')).toMatchObject({ paneId: pane.paneId });
  });

  test('tells which process runs in the active pane of a session, and changes nothing', async () => {
    const world = await openWorld();
    await world.addOperatorSession('pool-1');
    const pane = await world.tmux.activePane('pool-1');
    expect(await sessionsOf(world, ['pool-1'])).toMatchObject([{ mark: null, pane: null }]);
    expect(await world.tmux.adopt('pool-1', 'adopted')).toEqual(pane);
    await expect(world.tmux.activePane('pool-2')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('adopts no session that is not there', async () => {
    const { tmux } = await openWorld();
    await expect(tmux.adopt('pool-1', 'adopted')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('does not know while tmux hangs, and knows again afterwards', async () => {
    const world = await openWorld();
    const pane = await world.tmux.create(world.launch('pool-1'));
    await world.hang();
    expect(await world.tmux.observe(['pool-1'])).toEqual({
      kind: 'unknown',
      reason: expect.any(String),
    });
    await expect(world.tmux.create(world.launch('pool-2'))).rejects.toMatchObject({
      code: 'TMUX_TIMED_OUT',
    });
    await world.resume();
    await observationOf(world, 'seen');
    expect(await sessionsOf(world)).toEqual([
      { name: 'pool-1', mark: 'mark-of-pool-1', pane: { state: 'alive', ...pane } },
    ]);
  });

  test('tells that the server is lost, and starts another to create a session', async () => {
    const world = await openWorld();
    await world.tmux.create(world.launch('pool-1'));
    let heard = 0;
    world.tmux.onWake(() => {
      heard += 1;
    });
    await world.loseServer();
    await observationOf(world, 'server_lost');
    await until(() => heard > 0, SOON);
    const pane = await world.tmux.create(world.launch('pool-1'));
    expect(await sessionsOf(world)).toEqual([
      { name: 'pool-1', mark: 'mark-of-pool-1', pane: { state: 'alive', ...pane } },
    ]);
  });
});
