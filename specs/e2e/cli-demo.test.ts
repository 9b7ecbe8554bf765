import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { compiledProgram } from '../harness/compiled.ts';
import { type CliRun, runAnswered, runCli, startCli } from '../harness/run-cli.ts';
import { spawned } from '../harness/spawned.ts';
import type { ListedTask, ShownTask } from '../harness/task-desk.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

function demoHomes(): readonly string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith('claude-failover-demo-'))
    .map((name) => join(tmpdir(), name));
}

/** A demo that has told where to look, and the config of its pool. */
async function startDemo(...args: readonly string[]): Promise<{ demo: CliRun; config: string }> {
  const demo = startCli(['demo', ...args]);
  await demo.prints('Ctrl-C ends the demo');
  const [, config = ''] = /CLAUDE_FAILOVER_CONFIG=(\S+)/.exec(demo.stdout()) ?? [];
  return { demo, config };
}

/** Waits until the demo says it; gives the match. */
function untilSaid(demo: CliRun, pattern: RegExp): Promise<RegExpExecArray> {
  const what = `the demo to say ${pattern}`;
  return until(() => pattern.exec(demo.stdout()), { withinMs: 30_000, what });
}

// That no process, tmux server or file is left is what the harness looks for after each of these.

test('a demo shows tasks, a crash and the way back, a limit and the way round it, and Ctrl-C leaves nothing of it', async () => {
  const { demo, config } = await startDemo();
  expect(demo.stdout()).toMatch(/^ {2}node \S*cli\/main\.js status --watch$/m);
  expect(demo.stdout()).toMatch(/^ {2}node \S*cli\/main\.js task list$/m);
  await demo.prints("demo: task add --key log-1 'Tidy up the change log");
  const [, killed] = await untilSaid(demo, /demo: kill -9 \d+: .*, in the middle of (“.+”)$/m);
  await demo.prints('was ended by signal 9; restart 1 of 10');
  const back = /recreated, agent \d+ .*, in its conversation (\S{8})$/m;
  const [, conversation] = await untilSaid(demo, back);
  const outlived = `${killed} outlived the kill -9: done once, in its conversation ${conversation}`;
  await demo.prints(outlived);
  const of = async (...verb: readonly string[]) =>
    JSON.parse((await runAnswered([...verb, '--json', '--config', config])).stdout);
  // Before the next kill.
  const { sessions } = (await of('status')) as { sessions: readonly { restarts: number }[] };
  expect(sessions.map(({ restarts }) => restarts).toSorted()).toEqual([0, 0, 1]);
  const [, id = ''] = new RegExp(`${killed}: accepted as (\\S+)$`, 'm').exec(demo.stdout()) ?? [];
  const { state, attempts, history: life } = (await of('task', 'show', id)) as ShownTask;
  expect({ state, attempts }).toEqual({ state: 'done', attempts: 2 });
  expect(life.filter(({ event }) => event === 'completed')).toHaveLength(1);

  await untilSaid(demo, /“Write the release notes”: done by/);
  const tasks = (await of('task', 'list')) as readonly ListedTask[];
  // The one that asks a server that is overloaded is to die of it.
  const died = tasks.filter((task) => task.state === 'dead' && !task.key?.startsWith('server-'));
  expect(died).toEqual([]);

  const [, from, to] = await untilSaid(
    demo,
    /“Translate the manual” met the limit of (demo-\w+) and went on with (demo-\w+): done once, in its conversation \S{8}, which was asked "Translate the manual", then "Continue where you left off\."$/m,
  );
  expect([from, to].toSorted()).toEqual(['demo-one', 'demo-two']);
  expect(demo.stdout()).toContain(`${from}: its limit of 5 hours is reached, until 20`);
  expect(demo.stdout()).toMatch(
    new RegExp(`has to leave ${from}: its turn ended at the limit$`, 'm'),
  );
  const later = (await of('task', 'list')) as readonly ListedTask[];
  expect(later.find(({ key }) => key === 'limit-1')).toMatchObject({ state: 'done', attempts: 1 });
  const { history } = await of('account', 'show', from ?? '');
  expect(history[0]).toMatchObject({ event: 'account.limited' });

  demo.child.kill('SIGINT');
  const { code, stderr } = await demo.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(demo.stdout()).not.toContain('every session stays');
  expect(demoHomes()).toEqual([]);
});

test('a task that somebody adds from another terminal is done like those of the demo', async () => {
  const { demo, config } = await startDemo('--no-work');
  const added = await runCli(['task', 'add', 'Say hello [[demo:work 1s]]', '--config', config]);
  await demo.prints(`${added.stdout.trim()}: done by ccl-auto-1`);
  demo.child.kill('SIGINT');
  expect((await demo.ended).code).toBe(0);
  expect(demoHomes()).toEqual([]);
});

test('the verb stop, too, ends a demo and leaves nothing of it', async () => {
  const { demo, config } = await startDemo('--no-work');
  expect((await runCli(['stop', '--config', config])).code).toBe(0);
  expect((await demo.ended).code).toBe(0);
  expect(demo.stdout()).not.toContain('task add --key');
  expect(demoHomes()).toEqual([]);
});

test('a signal before the pool is up ends a demo as well', async () => {
  const demo = startCli(['demo']);
  await demo.prints('starts with');
  demo.child.kill('SIGTERM');
  expect((await demo.ended).code).toBe(0);
  expect(demoHomes()).toEqual([]);
});

test('what a killed demo leaves behind is removed by the next; a living one is not touched', async () => {
  const killed = await startDemo('--no-work');
  killed.demo.child.kill('SIGKILL');
  await killed.demo.ended;
  const living = await startDemo('--no-work');
  expect(demoHomes()).toEqual([join(living.config, '..')]);

  const third = await startDemo('--no-work');
  expect(demoHomes()).toHaveLength(2);
  for (const { demo } of [living, third]) demo.child.kill('SIGTERM');
  await Promise.all([living.demo.ended, third.demo.ended]);
  expect(demoHomes()).toEqual([]);
});

test('a demo whose parent is killed ends by itself and leaves nothing of it', async () => {
  const command = `"${process.execPath}" "${compiledProgram('cli/main')}" demo --no-work & echo $!; wait`;
  const shell = spawned(
    spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] }),
    'sh',
  );
  let said = '';
  shell.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await until(() => said.includes('Ctrl-C ends the demo'), { withinMs: 20_000, what: 'a demo' });
  shell.kill('SIGKILL');
  await until(() => !existsSync(`/proc/${Number.parseInt(said, 10)}`) && demoHomes().length === 0, {
    withinMs: 20_000,
    what: 'the demo to have gone',
  });
});
