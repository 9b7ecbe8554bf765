import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { launcherScript } from '../../actors/agent/launcher-script.ts';
import { identify } from '../../actors/process/identity.ts';
import { createLostAgents } from '../../actors/process/lost-agents.ts';
import { createProcesses } from '../../actors/process/processes.ts';
import { startMarkedAgent } from '../harness/marked-agent.ts';
import { readProcess } from '../harness/process-tree.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { tmuxServer } from '../harness/tmux-server.ts';
import { until } from '../harness/until.ts';

const LEAVES_TWO = ['one', 'two'].map(
  (name) => `(setsid sh -c "echo \\$\\$ > ${name}.pid; exec sleep 1000" &)`,
);

test('an agent that lives though no pane holds it is found by its conversation, and nobody else', async () => {
  const [agent, other] = [startMarkedAgent(...LEAVES_TWO), startMarkedAgent('echo $$ > me.pid')];
  for (const name of ['one', 'two']) await agent.started(name);
  await other.started('me');
  const lostAgents = createLostAgents();
  expect(lostAgents(agent.conversation)).toEqual([agent.identity]);
  expect(lostAgents(other.conversation)).toEqual([other.identity]);
  expect(lostAgents('nobody’s')).toEqual([]);
});

test('one that has ended is found by what it has left, and so can that be ended', async () => {
  const agent = startMarkedAgent(...LEAVES_TWO);
  for (const name of ['one', 'two']) await agent.started(name);
  await agent.dies();
  const processes = createProcesses();
  const lost = processes.lostAgents(agent.conversation);
  expect(lost).toEqual([agent.identity]);
  for (const one of lost) await processes.end(one, 100);
  expect([agent.living('one'), agent.living('two')]).toEqual([null, null]);
  expect(createLostAgents()(agent.conversation)).toEqual([]);
});

test('whoever ends later is not lost: this daemon knows of it', async () => {
  const lostAgents = createLostAgents();
  expect(lostAgents('any')).toEqual([]);
  const agent = startMarkedAgent(...LEAVES_TWO);
  for (const name of ['one', 'two']) await agent.started(name);
  await agent.dies();
  expect(lostAgents(agent.conversation)).toEqual([]);
});

test('an agent is not lost while a pane holds it, and is when it outlives that, deaf to SIGHUP', async () => {
  const server = tmuxServer();
  const launcher = join(tempDir(), 'launch.sh');
  const environment = {
    PATH: process.env['PATH'] ?? '',
    CLAUDE_FAILOVER_CONVERSATION: 'in a pane',
  };
  const command = ['/bin/sh', '-c', 'trap "" HUP; sleep 1000 & exec sleep 1001'];
  writeFileSync(launcher, launcherScript({ environment, workdir: '/', command }));
  server.run('-f', '/dev/null', 'new-session', '-d', '/bin/sh', launcher);
  const pid = Number(server.run('list-panes', '-a', '-F', '#{pane_pid}'));
  await until(() => readProcess(pid)?.argv.includes('1001'), { withinMs: 5000, what: 'it to run' });
  expect(createLostAgents()('in a pane')).toEqual([]);

  const agent = identify(pid);
  await server.kill();
  const { lostAgents, end, isAlive } = createProcesses();
  const lost = lostAgents('in a pane');
  expect(lost).toEqual([agent]);
  for (const one of lost) await end(one, 100);
  expect(lost.filter(isAlive)).toEqual([]);
});
