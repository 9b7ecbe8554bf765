import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tmuxGate } from '../faults/tmux-gate.ts';
import { witnessIn } from '../faults/witness.ts';
import { spawned } from '../harness/spawned.ts';
import { tempDir } from '../harness/temp-dir.ts';

/** Starts something that lives like an agent of this session, on this conversation. */
async function agent(dir: string, session: string, conversation: string): Promise<ChildProcess> {
  const { nodeOptions, env } = witnessIn(dir);
  const script = 'process.stdout.write("up"); process.stdin.resume()';
  const child = spawned(
    spawn(process.execPath, [...nodeOptions, '-e', script, '--', '--session-id', conversation], {
      env: { ...process.env, ...env, CLAUDE_FAILOVER_SESSION: session, CLAUDE_CONFIG_DIR: dir },
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
    'an agent',
  );
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

test('an agent that begins while another has its conversation bears witness to it', async () => {
  const dir = join(tempDir(), 'witness');
  const first = await agent(dir, 'a', 'one');
  const second = await agent(dir, 'b', 'one');
  const third = await agent(dir, 'a', 'two');
  const { overlaps, living } = witnessIn(dir);
  const seen = overlaps().map(({ first: one, second: other, shared }) => [
    one.pid,
    other.pid,
    shared,
  ]);
  expect(seen.toSorted()).toEqual(
    [
      [first.pid, second.pid, ['conversation']],
      [first.pid, third.pid, ['session']],
    ].toSorted(),
  );
  expect(living().map(({ pid }) => pid)).toEqual(
    expect.arrayContaining([first.pid, second.pid, third.pid]),
  );
  await Promise.all([first, second, third].map(end));
  expect(living()).toEqual([]);
});

test('an agent that begins after the death of another is the only owner', async () => {
  const dir = join(tempDir(), 'witness');
  await end(await agent(dir, 'a', 'one'));
  await end(await agent(dir, 'a', 'one'));
  expect(witnessIn(dir).overlaps()).toEqual([]);
  expect(witnessIn(dir).agents()).toHaveLength(2);
});

test('the next clients fail as in want of resources, and then tmux is as it was', () => {
  const gate = tmuxGate(tempDir(), '/run/some.sock');
  const version = () => {
    const { status, stdout, stderr } = spawnSync('tmux', ['-V'], {
      env: { PATH: gate.path },
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}`.trim() };
  };
  const said = 'error connecting to /run/some.sock (Resource temporarily unavailable)';
  gate.failNext(2);
  expect([version(), version()]).toEqual([1, 1].map((status) => ({ status, said })));
  expect(version()).toMatchObject({ status: 0, said: expect.stringContaining('tmux') });
  gate.failNext(5);
  gate.open();
  expect(version().status).toBe(0);
});
