import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAgentPort } from '../../actors/agent/agent-port.ts';
import { findCommand } from '../../actors/agent/find-command.ts';
import { createProcesses } from '../../actors/process/processes.ts';
import { createSignalPort } from '../../actors/signals/signal-port.ts';
import { createTmux } from '../../actors/tmux/driver.ts';
import { checkAccount } from '../../config/guard.ts';
import type { AgentConfig } from '../../config/types.ts';
import type { Signal } from '../../machines/signals.ts';
import { makeAccountHomes, relink } from './account-home.ts';
import { compiledFixture } from './compiled.ts';
import { demoAgentConfig } from './demo-home.ts';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';
import { tmuxServer } from './tmux-server.ts';
import { until } from './until.ts';

export type RealPlace = Awaited<ReturnType<typeof openRealPlace>>;

/** How the next agents start: as usual, without ever coming to their prompt, or losing their first prompt. */
export type StartMode = 'usual' | 'never-ready' | 'deaf';

/** A hung tmux is to be noticed soon. */
const COMMAND_TIMEOUT_MS = 1500;

/**
 * Everything that a session needs of the outside, and all of it real: a tmux server at a socket of its own, two
 * accounts in their homes, the demo agent, the spools of its hooks. What goes wrong goes wrong there, too.
 */
export async function openRealPlace(names: readonly string[]) {
  const server = tmuxServer();
  const homes = makeAccountHomes(['first', 'second']);
  const bin = tempDir();
  const config = { ...homes.config, agent: agentIn(bin) };
  const stateDir = join(homes.dir, 'state');
  const { socket } = server;
  const env = process.env;
  const options = { socket, hub: '_claude-failover-0', historyLimit: 500, env };
  const tmux = await createTmux({ ...options, commandTimeoutMs: COMMAND_TIMEOUT_MS });
  atEnd(() => tmux.close());
  const agent = createAgentPort({ config, stateDir, env });
  atEnd(() => agent.close());
  const heard: Signal[] = [];
  const folder = join(stateDir, 'sessions');
  const signals = createSignalPort({ folder, sessions: names, onError: () => {} });
  atEnd(() => signals.close());
  signals.listen(async (signal) => void heard.push(signal));
  const untilTmuxAnswers = () =>
    until(async () => (await tmux.observe([])).kind === 'seen', {
      withinMs: 15_000,
      what: 'tmux to answer again',
    });
  const homeOf = (account: string) => {
    const found = homes.accounts.find(({ name }) => name === account);
    if (found === undefined) throw new Error(`no account ${account}`);
    return found;
  };
  return {
    dir: homes.dir,
    server,
    tmux,
    agent,
    heard,
    homeOf,
    processes: createProcesses(),
    accounts: homes.accounts,
    checkAccount: (account: (typeof homes.accounts)[number]) => checkAccount(account, homes.root),
    findCommand: (workdir: string) => findCommand(config.agent.command, { env: {}, workdir }),
    sleep: (ms: number, signal: AbortSignal) =>
      sleep(Math.min(ms, 2), undefined, { signal }) as Promise<void>,
    transcriptOf: (workdir: string, conversation: string) =>
      join(homes.root, 'projects', workdir.replace(/[^a-zA-Z0-9]/g, '-'), `${conversation}.jsonl`),
    startsAs: (mode: StartMode) => {
      for (const one of ['never-ready', 'deaf']) rmSync(join(bin, one), { force: true });
      if (mode !== 'usual') writeFileSync(join(bin, mode), '');
    },
    /** As long as `during` runs, there is no client, or its directory is gone, or a link of the account is wrong. */
    without: {
      client: (during: () => Promise<void>) => away(join(bin, 'agent'), during),
      directory: (dir: string, during: () => Promise<void>) => away(dir, during),
      link: async (account: string, during: () => Promise<void>) => {
        const { home } = homeOf(account);
        relink(home, 'projects', join(homes.dir, 'elsewhere'));
        await during().finally(() => relink(home, 'projects', join(homes.root, 'projects')));
      },
      /** Where the transcripts should be is something else. */
      transcripts: (during: () => Promise<void>) => {
        const folder = join(homes.root, 'projects');
        return away(folder, async () => {
          writeFileSync(folder, '');
          await during();
        });
      },
      /** The tmux server hangs. */
      tmux: (during: () => Promise<void>) =>
        hung(
          server.servers().map(({ pid }) => pid),
          during,
          untilTmuxAnswers,
        ),
    },
  };
}

/** The demo agent behind a script, which is told how it is to start; both are one process. */
function agentIn(bin: string): AgentConfig {
  const file = join(bin, 'agent');
  const program = `exec '${process.execPath}' '${compiledFixture('demo-agent/main')}'`;
  const lines = [
    '#!/bin/sh',
    `if [ -e '${bin}/never-ready' ]; then export DEMO_NEVER_READY=1; fi`,
    `if [ ! -e '${bin}/deaf' ]; then ${program} "$@"; fi`,
    'n=$#; i=0; lost=no',
    'while [ $i -lt $n ]; do',
    '  if [ "$1" = -- ]; then lost=yes; fi',
    '  if [ $lost = no ]; then set -- "$@" "$1"; fi; shift; i=$((i + 1))',
    'done',
    `${program} "$@"`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o700);
  return { ...demoAgentConfig(), command: [file] };
}

async function away(path: string, during: () => Promise<void>): Promise<void> {
  renameSync(path, `${path}.away`);
  await during().finally(() => {
    // Whoever needed it may have made it anew.
    if (existsSync(path)) rmSync(path, { recursive: true });
    renameSync(`${path}.away`, path);
  });
}

async function hung(
  pids: readonly number[],
  during: () => Promise<void>,
  untilOver: () => Promise<unknown>,
): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await during().finally(() => {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  });
  await untilOver();
}

/** A directory for the tasks of a session. */
export function workdirIn(place: RealPlace, session: string): string {
  const dir = join(place.dir, `work-${session}`);
  mkdirSync(dir, { recursive: true });
  return dir;
}
