/** tmux before 3.6 loses a SIGCHLD now and then: here always. */
import { expect, test } from '@jest/globals';
import type { TmuxPort } from '../../machines/ports.ts';
import { losesSignals, lossyServer } from '../harness/lossy-server.ts';
import { agentLaunch, openTmux } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const SOON = { withinMs: 4500, what: 'tmux to show it' };

async function stateOf(tmux: TmuxPort, session: string) {
  const observation = await tmux.observe([]);
  if (observation.kind !== 'seen') throw new Error(observation.kind);
  return observation.sessions.find(({ name }) => name === session)?.pane ?? null;
}

test('such a server says of an agent that it is dead, but neither how nor to anybody', async () => {
  const server = lossyServer();
  const option = ['set-option', '-g', 'remain-on-exit', 'on'];
  server.run('new-session', '-d', '-s', 'pool-1', 'cat', '-', ';', ...option);
  const shown = (format: string) => server.run('display-message', '-p', '-t', '=pool-1:', format);
  await server.killUnheard(Number(shown('#{pane_pid}')));
  await until(() => shown('#{pane_dead}') === '1\n', SOON);
  expect(shown('#{pane_dead_signal}') === '\n').toBe(losesSignals());
});

test('a death that such a server did not hear wakes us all the same, with its cause, again and again', async () => {
  const server = lossyServer();
  const tmux = await openTmux(server);
  let pane = await tmux.create(agentLaunch('pool-1'));
  for (let round = 0; round < 3; round += 1) {
    let seen = await stateOf(tmux, 'pool-1');
    // Whoever looks by itself would nudge the server by that: it must be woken.
    const stop = tmux.onWake(() => void stateOf(tmux, 'pool-1').then((now) => (seen = now)));
    await server.killUnheard(pane.agent.pid);
    await until(() => seen?.state === 'dead', { ...SOON, what: 'the death to be told' });
    stop();
    expect(seen).toMatchObject({ pid: pane.agent.pid, cause: { kind: 'signal', signal: 9 } });
    pane = await tmux.respawn(pane.paneId, agentLaunch('pool-1'));
  }
});
