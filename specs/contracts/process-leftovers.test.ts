import { execFileSync, spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createProcesses } from '../../actors/process/processes.ts';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { compiledFixture } from '../harness/compiled.ts';
import { type MarkedAgent, startMarkedAgent } from '../harness/marked-agent.ts';
import { spawned } from '../harness/spawned.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { tmuxServer } from '../harness/tmux-server.ts';
import { until } from '../harness/until.ts';

const processes = createProcesses();
const GRACE_MS = 100;

const SAME_GROUP = 'sleep 1000 & echo $! > same.pid';
const OWN_GROUP = `bash -c 'set -m; sleep 1000 & echo $! > group.pid'`;
/** Starts a shell that is nobody's child, in a session of its own, and does this. */
const orphan = (lines: string) => `(setsid sh -c '${lines}' &)`;
const FOR_EVER = 'while :; do sleep 0.05; done';
const DEAF = orphan(`trap "" HUP TERM; echo $$ > deaf.pid; ${FOR_EVER}`);
const QUIET = orphan('echo $$ > quiet.pid; exec sleep 1000');

async function allOf(agent: MarkedAgent, ...names: readonly string[]) {
  return await Promise.all(names.map(agent.started));
}

const livingOf = (all: readonly ProcessIdentity[]) => all.filter(processes.isAlive);

const end = ({ identity }: MarkedAgent) => processes.end(identity, GRACE_MS);

test('what an agent that was killed leaves is ended: of its group, of a group and of a session of its own, deaf to signals', async () => {
  const agent = startMarkedAgent(SAME_GROUP, OWN_GROUP, DEAF, QUIET);
  const children = await allOf(agent, 'same', 'group', 'deaf', 'quiet');
  await agent.dies();
  expect(livingOf(children)).toEqual(children);
  await end(agent);
  expect(livingOf(children)).toEqual([]);
});

test('what a living agent has started is ended with it, also what is nobody’s child any more', async () => {
  const agent = startMarkedAgent(SAME_GROUP, OWN_GROUP, DEAF, QUIET);
  const children = await allOf(agent, 'same', 'group', 'deaf', 'quiet');
  await end(agent);
  expect(livingOf([agent.identity, ...children])).toEqual([]);
});

test('so it is with an agent that is stopped, and deaf to SIGHUP and SIGTERM', async () => {
  const agent = startMarkedAgent('trap "" HUP TERM', QUIET);
  const children = await allOf(agent, 'quiet');
  process.kill(agent.identity.pid, 'SIGSTOP');
  await end(agent);
  expect(livingOf([agent.identity, ...children])).toEqual([]);
});

test('a child that is stopped is ended', async () => {
  const agent = startMarkedAgent(QUIET);
  const quiet = await agent.started('quiet');
  await agent.dies();
  process.kill(quiet.pid, 'SIGSTOP');
  await end(agent);
  expect(livingOf([quiet])).toEqual([]);
});

test('what bears no name itself is ended with what has started it', async () => {
  const nameless = 'env -i PATH="$PATH" sh -c "echo \\$\\$ > nameless.pid; exec sleep 1000"';
  const agent = startMarkedAgent(orphan(`echo $$ > quiet.pid; ${nameless} & wait`));
  const children = await allOf(agent, 'quiet', 'nameless');
  await agent.dies();
  await end(agent);
  expect(livingOf(children)).toEqual([]);
});

test('what is started while the others are ended is ended, too, however often', async () => {
  const again = `(setsid sh heir.sh &)`;
  const heir = `cat > heir.sh <<"EOF"\ntrap '${again}; exit' TERM\necho $$ > heir.pid\n${FOR_EVER}\nEOF`;
  const agent = startMarkedAgent(heir, again);
  const first = await agent.started('heir');
  await agent.dies();
  await end(agent);
  expect(agent.living('heir')).toBeNull();
  expect(processes.isAlive(first)).toBe(false);
});

test('another agent lives on, wherever it was started, and so does what it has started', async () => {
  const other = startMarkedAgent(QUIET);
  const agent = startMarkedAgent(
    QUIET,
    // An agent's own agent, whose launcher gives it a name of its own.
    `CLAUDE_FAILOVER_AGENT=1:2:%5 sh -c 'echo $$ > inner.pid; ${FOR_EVER}' &`,
  );
  const quiet = await agent.started('quiet');
  const spared = [other.identity, await other.started('quiet'), await agent.started('inner')];
  await end(agent);
  expect(livingOf(spared)).toEqual(spared);
  expect(livingOf([quiet])).toEqual([]);
});

test('what was started without the name, to outlive the agent, does', async () => {
  const free = orphan('unset CLAUDE_FAILOVER_AGENT; exec sh free.sh');
  const file = `echo 'echo $$ > free.pid; ${FOR_EVER}' > free.sh`;
  const agent = startMarkedAgent(file, free);
  const spared = await allOf(agent, 'free');
  await agent.dies();
  await end(agent);
  expect(livingOf(spared)).toEqual(spared);
});

test('a tmux server that an agent has started lives on, with its panes and with what left those', async () => {
  const server = tmuxServer();
  const pane = `echo $$ > pane.pid; (setsid sh -c "echo \\$\\$ > left.pid; exec sleep 1000" &); ${FOR_EVER}`;
  const agent = startMarkedAgent(QUIET, `tmux -S ${server.path} new-session -d '${pane}'`);
  const quiet = await agent.started('quiet');
  const spared = await allOf(agent, 'pane', 'left');
  await end(agent);
  expect(livingOf(spared)).toEqual(spared);
  expect(server.servers()).toHaveLength(1);
  expect(livingOf([quiet])).toEqual([]);
  for (const { pid } of spared) process.kill(pid, 'SIGKILL');
});

test.each(['screen', 'PM2 v6.0.8: God', 'gpg-agent'])(
  '%s lives on with all that it holds, whoever has called it first',
  async (name) => {
    const holder = join(tempDir(), name);
    symlinkSync('/bin/sh', holder);
    const held = `echo $$ > holder.pid; sh -c "echo \\$\\$ > held.pid; ${FOR_EVER}" & wait`;
    const agent = startMarkedAgent(QUIET, `(setsid '${holder}' -c '${held}' &)`);
    const quiet = await agent.started('quiet');
    const spared = await allOf(agent, 'holder', 'held');
    await agent.dies();
    await end(agent);
    expect(livingOf(spared)).toEqual(spared);
    expect(livingOf([quiet])).toEqual([]);
  },
);

test('another process that has the pid of the agent by now lives on, with what it has started', async () => {
  const agent = startMarkedAgent(QUIET);
  const spared = [agent.identity, ...(await allOf(agent, 'quiet'))];
  await processes.end({ ...agent.identity, startTime: '1' }, GRACE_MS);
  expect(livingOf(spared)).toEqual(spared);
});

/** What an agent does in which a daemon runs that is to end it, once it is told to. */
function daemonBelow(howStarted: (lines: string) => string): readonly string[] {
  const ender = compiledFixture('agent-ender');
  const run = `"${process.execPath}" "${ender}" $AGENT $START go > said & echo $! > daemon.pid; wait`;
  return [
    QUIET,
    'export AGENT=$$ START=$(cut -d" " -f22 /proc/$$/stat)',
    howStarted(`echo $$ > above.pid; sh -c "echo \\$\\$ > beside.pid; exec sleep 1000" & ${run}`),
  ];
}

test.each([
  { daemon: 'that is nobody’s child', howStarted: orphan, fate: 'lives' },
  { daemon: 'that is nobody’s child', howStarted: orphan, fate: 'has died' },
  {
    daemon: 'without its name',
    howStarted: (lines: string) => `env -u CLAUDE_FAILOVER_AGENT sh -c '${lines}' &`,
    fate: 'lives',
  },
])(
  'a daemon $daemon, started by an agent that $fate, ends neither itself nor what has started it',
  async ({ howStarted, fate }) => {
    const agent = startMarkedAgent(...daemonBelow(howStarted));
    const quiet = await agent.started('quiet');
    const spared = await allOf(agent, 'above', 'beside', 'daemon');
    if (fate === 'has died') await agent.dies();
    agent.tell('go');
    await until(() => livingOf([agent.identity, quiet]).length === 0, {
      withinMs: 5000,
      what: 'the agent and what it has left to end',
    });
    expect(livingOf(spared)).toEqual(spared);
  },
);

test('what has become another user’s keeps nobody from ending the rest', async () => {
  if (process.getuid?.() !== 0) return;
  const nobody = 'exec setpriv --reuid 65534 --clear-groups';
  const agent = startMarkedAgent(
    'chmod 711 . && sh -c "echo \\$\\$ > theirs.pid; exec sleep 1000" &',
    'until [ -s theirs.pid ]; do sleep 0.01; done',
    `${nobody} sh -c "sleep 1000 & ${FOR_EVER}"`,
  );
  const theirs = await agent.started('theirs');
  const { pid, startTime } = agent.identity;
  await until(() => uidOf(pid) === '65534', { withinMs: 5000, what: 'it to be another user' });
  const args = [compiledFixture('agent-ender'), String(pid), startTime];
  const env = { ...process.env, AS_UID: '65534' };
  const ender = spawned(spawn(process.execPath, args, { env }), 'the daemon');
  let said = '';
  ender.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await until(() => said !== '', { withinMs: 8000, what: 'it to have ended the agent' });
  ender.kill('SIGKILL');
  expect(said).toBe('ended\n');
  expect(livingOf([agent.identity, theirs])).toEqual([theirs]);
});

function uidOf(pid: number): string {
  return execFileSync('stat', ['-c', '%u', `/proc/${pid}`], { encoding: 'utf8' }).trim();
}
