import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { LEAVING, LEAVING_ONCE_RELEASED } from '../../../supervisor/supervised.ts';
import type { DaemonApi } from '../../../web/daemon-api.ts';
import { cliWithDaemon, cliWithoutDaemon } from '../../harness/cli-with-daemon.ts';
import { poolReport, sessionReport } from '../../harness/reports.ts';

const LEFT = sessionReport({ name: 'toy-9', reason: LEAVING });

/** A daemon whose config is edited while it runs. */
async function edited(from: string, to: string, overrides: Partial<DaemonApi> = {}) {
  const cli = await cliWithDaemon(overrides);
  const file = join(cli.world.home, 'config.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  return cli;
}

const ELSEWHERE = 'a daemon of this config runs with start_index 1, and the config says 5 now';

test('a daemon that was started before start_index was edited is found, and told of', async () => {
  const cli = await edited('start_index: 1', 'start_index: 5');
  expect(await cli.run('status', '--json')).toBe(0);
  expect(JSON.parse(cli.stdout())).toMatchObject({ daemon: { state: 'ready' } });
  expect(cli.stderr()).toContain(ELSEWHERE);
});

test('it hears of a reload, and of a session that the config has no more', async () => {
  const cli = await edited('start_index: 1', 'start_index: 5');
  expect(await cli.run('reload')).toBe(0);
  expect(await cli.run('session', 'hold', 'toy-1')).toBe(0);
  expect(cli.asked).toEqual(['reload', 'hold toy-1']);
});

test('stop ends that daemon, and counts one agent as one', async () => {
  // Of a process that has ended already.
  const daemon = { ...poolReport().daemon, pid: 2 ** 22 + 1 };
  const sessions = [sessionReport(), sessionReport({ pid: null })];
  const status = () => poolReport({ daemon, sessions });
  const cli = await edited('start_index: 1', 'start_index: 5', { status });
  expect(await cli.run('stop')).toBe(0);
  expect(cli.asked).toEqual(['stop']);
  expect(cli.stdout()).toBe('stopped; 1 agent keeps running in its session\n');
});

test('a daemon of another config in the same state directory is left alone', async () => {
  const place = () => ({ v: 1, config: '/another.yaml', tmuxSocket: '/s' }) as const;
  const cli = await edited('start_index: 1', 'start_index: 5', { place });
  expect(await cli.run('stop')).toBe(0);
  expect(cli.asked).toEqual([]);
  expect(cli.stdout()).toMatch(/^not running/);
});

test('with a config that has mistakes it is found as well', async () => {
  const cli = await edited('start_index: 1', 'start_index: no number');
  expect(await cli.run('session', 'list', '--json')).toBe(0);
  expect(cli.stderr()).toContain('has mistakes (see: claude-failover');
});

test('a mistake keeps nobody from attaching: which tmux server it is, the daemon says', async () => {
  const cli = await edited('max: 3', 'maks: 3');
  const { sessions } = JSON.parse((await listed(cli)) || '{"sessions":[]}');
  expect(await cli.run('session', 'attach', sessions[0].name)).toBe(66);
  expect(cli.stderr()).toContain('tmux has no such session now');
  expect(await cli.run('session', 'attach', 'operator')).toBe(66);
  expect(cli.stderr()).toContain('no session of the pool is named operator');
});

async function listed(cli: Awaited<ReturnType<typeof edited>>): Promise<string> {
  await cli.run('status', '--json');
  return cli.stdout();
}

test('a session that is being retired can be shown and attached to, though the config has it no more', async () => {
  const session = async () => ({ ...LEFT, history: [] });
  const status = () => poolReport({ sessions: [sessionReport({ name: 'toy-1' }), LEFT] });
  const cli = await cliWithDaemon({ session, status });
  expect(await cli.run('session', 'show', 'toy-9', '--json')).toBe(0);
  expect(JSON.parse(cli.stdout())).toMatchObject({ name: 'toy-9', reason: LEAVING });
  expect(await cli.run('session', 'attach', 'toy-9')).toBe(66);
  expect(cli.stderr()).toContain('tmux has no such session now');
  expect(await cli.run('session', 'show', 'toy-8')).toBe(66);
  expect(cli.stderr()).toContain('no session of the pool is named toy-8');
});

test('a verb for all of them leaves those that are being retired alone, but for the end of a hold', async () => {
  const held = sessionReport({ name: 'toy-3', reason: LEAVING_ONCE_RELEASED });
  const status = () => poolReport({ sessions: [sessionReport({ name: 'toy-1' }), held, LEFT] });
  const cli = await cliWithDaemon({ status });
  expect(await cli.run('session', 'hold', '--all')).toBe(0);
  expect(await cli.run('session', 'release', '--all')).toBe(0);
  expect(cli.asked).toEqual(['hold toy-1', 'release toy-1', 'release toy-3']);
});

test('without a daemon a name outside the range is that of no session', async () => {
  const cli = cliWithoutDaemon();
  expect(await cli.run('session', 'show', 'toy-9')).toBe(66);
});
