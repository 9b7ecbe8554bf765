import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createSignalPort } from '../../actors/signals/signal-port.ts';
import type { FailoverError } from '../../config/errors.ts';
import type { Signal } from '../../machines/signals.ts';
import { asUnprivileged } from '../harness/as-unprivileged.ts';
import { compiledFixture } from '../harness/compiled.ts';
import { ended, type HookSession, prepareHookSession, runHook } from '../harness/hook-runs.ts';
import { atEnd } from '../harness/scope.ts';
import { spawned } from '../harness/spawned.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';

const PATIENCE_MS = 30_000;
const conversation = '41b24fe4-7ceb-41d5-8bfc-56a816326338';

describe('a hook', () => {
  test('stores what it is given exactly, privately, and says nothing', async () => {
    const session = await prepareHookSession();
    const said = `${payload(`'a' "b" $HOME \`c\` \\ é 🧵`)}\n`;
    expect(await runHook(`umask 0; ${session.hook}`, said)).toMatchObject({ code: 0, output: '' });
    expect(session.stored()).toEqual([said]);
    const [name = ''] = session.names('new');
    expect(statSync(join(session.folder, 'signals', 'new', name)).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['a megabyte', 'x'.repeat(1_104_889)],
    ['nothing', ''],
    ['bytes that are no letters', '\u0000\u0001\u001b[31m'],
  ])('takes %s', async (_what, said) => {
    const session = await prepareHookSession();
    expect(await runHook(session.hook, said)).toMatchObject({ code: 0, output: '' });
    expect(session.stored()).toEqual([said]);
  });

  test.each([
    ['spaces', 'a session of spaces'],
    ['quotes', `it's "quoted" $HOME \`id\``],
    ['a line break', 'two\nlines'],
    ['letters of the world', 'séance-日本'],
    ['a dash', '-rf'],
  ])('works in a path with %s', async (_what, name) => {
    const session = await prepareHookSession({ session: name, dir: tempDir({ name }) });
    await runHook(session.hook, payload('1'));
    await runHook(session.statusLine, '{}');
    expect(session.stored()).toEqual([payload('1')]);
    expect(readFileSync(join(session.folder, 'statusline.json'), 'utf8')).toBe('{}');
  });

  test.each([
    ['no PATH', {}],
    ['a PATH that leads nowhere', { PATH: '/nonexistent' }],
    ['a PATH with other programs first', { PATH: 'IMPOSTORS' }],
    ['an odd environment', { CDPATH: '/tmp', IFS: '/', ENV: '/nonexistent', PWD: '/nonexistent' }],
  ])('works with %s', async (_what, env: NodeJS.ProcessEnv) => {
    const session = await prepareHookSession();
    const impostors = tempDir();
    for (const name of ['cat', 'mv', 'rm', 'sh']) {
      writeFileSync(join(impostors, name), '#!/bin/sh\nexit 2\n', { mode: 0o755 });
    }
    const PATH = env['PATH']?.replace('IMPOSTORS', impostors);
    const run = await runHook(session.hook, payload('1'), {
      env: { ...env, ...(PATH && { PATH }) },
    });
    expect(run).toMatchObject({ code: 0, output: '' });
    expect(session.stored()).toEqual([payload('1')]);
  });

  // With the code 2 the client would refuse the prompt, or send the agent back to work.
  test.each([
    ['its script is gone', ({ folder }: HookSession) => rmSync(join(folder, 'signal.sh'))],
    ['its folder is gone', ({ folder }: HookSession) => rmSync(folder, { recursive: true })],
    [
      'its spool is gone',
      ({ folder }: HookSession) => rmSync(join(folder, 'signals'), { recursive: true }),
    ],
    [
      'a file is in the place of its spool',
      ({ folder }: HookSession) => {
        rmSync(join(folder, 'signals', 'new'), { recursive: true });
        writeFileSync(join(folder, 'signals', 'new'), '');
        chmodSync(join(folder, 'signals', 'new'), 0o400);
      },
    ],
    [
      'its script is not a script',
      ({ folder }: HookSession) => writeFileSync(join(folder, 'signal.sh'), '(((('),
    ],
  ])('does not disturb the client when %s', async (_what, spoil) => {
    const session = await prepareHookSession();
    spoil(session);
    // More than a pipe holds: it must be taken all the same.
    const said = payload('x'.repeat(300_000));
    expect(await runHook(session.hook, said)).toMatchObject({ code: 0, output: '' });
  });

  test('leaves nothing when the disk is full', async () => {
    const session = await prepareHookSession();
    const said = payload('x'.repeat(300_000));
    // A file may have no more than one block: the kernel ends what writes more.
    const run = await runHook(`ulimit -f 1; ${session.hook}`, said);
    expect(run).toMatchObject({ code: 0, output: '' });
    expect([session.names('new'), session.names('tmp')]).toEqual([[], []]);
  });

  test('that is killed half-way leaves nothing that is read', async () => {
    const session = await prepareHookSession();
    const child = spawn(session.hook, [], { shell: true, detached: true, env: {} });
    spawned(child, 'a hook');
    child.stdin.on('error', () => {});
    child.stdin.write('{"session_id":');
    await until(() => session.names('tmp')[0], { withinMs: PATIENCE_MS, what: 'the torn file' });
    const over = ended(child);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await over;
    expect(session.names('new')).toEqual([]);
  });

  test('names its file so that they sort by time', async () => {
    const session = await prepareHookSession();
    const all = Array.from({ length: 20 }, (_, i) => payload(`${i}`));
    for (const one of all) await runHook(session.hook, one);
    expect(session.stored()).toEqual(all);
  });

  test('of a later launch sorts after those of an earlier one', async () => {
    const dir = tempDir();
    const first = await prepareHookSession({ dir });
    await runHook(first.hook, payload('1'));
    // Another boot: the machine runs for less long.
    const [name = ''] = first.names('new');
    const spool = join(first.folder, 'signals', 'new');
    renameSync(join(spool, name), join(spool, name.replace(/\d{9}\.\d\d/, '999999999.99')));
    const second = await prepareHookSession({ dir });
    await runHook(second.hook, payload('2'));
    expect(second.stored()).toEqual([payload('1'), payload('2')]);
  });
});

describe('a status line', () => {
  test('shows the name of the session and keeps what it is given, as a whole', async () => {
    const session = await prepareHookSession();
    for (const said of ['{"a":1}', '{"b":2}']) {
      expect(await runHook(session.statusLine, said)).toMatchObject({
        code: 0,
        output: 'pool-1\n',
      });
      expect(readFileSync(join(session.folder, 'statusline.json'), 'utf8')).toBe(said);
    }
    expect(session.names('tmp')).toEqual([]);
  });

  test('that cannot be kept is shown all the same', async () => {
    const session = await prepareHookSession();
    rmSync(join(session.folder, 'signals'), { recursive: true });
    expect(await runHook(session.statusLine, '{}')).toMatchObject({ code: 0, output: 'pool-1\n' });
  });
});

describe('hooks and the daemon', () => {
  test('of a thousand hooks from eight processes at once none is lost, torn or doubled', async () => {
    const session = await prepareHookSession();
    const heard = listenTo(session);
    await Promise.all(Array.from({ length: 8 }, (_, worker) => hundredAnd25Hooks(session, worker)));
    await until(() => heard.reasons().length >= 1000, {
      withinMs: PATIENCE_MS,
      what: 'a thousand signals',
    });
    expect(heard.errors).toEqual([]);
    expect(new Set(heard.reasons()).size).toBe(1000);
    await until(() => session.names('new').length === 0 && session.names('tmp').length === 0, {
      withinMs: PATIENCE_MS,
      what: 'an empty spool',
    });
  }, 120_000);

  test('a daemon that hangs costs a hook nothing, and hears it when it goes on', async () => {
    const session = await prepareHookSession();
    const unheard = await prepareHookSession();
    const daemon = await startListener(session);
    daemon.child.kill('SIGSTOP');
    await until(() => stateOf(daemon.child) === 'T', { withinMs: PATIENCE_MS, what: 'the stop' });
    const [alone, beside] = await mediansOf([unheard.hook, session.hook], 'meanwhile');
    expect(stateOf(daemon.child)).toBe('T');
    expect(beside).toBeLessThan(alone * 5);
    daemon.child.kill('SIGCONT');
    await daemon.says(`meanwhile-${RUNS - 1}`);
  });

  test('a signal whose daemon was killed while it dealt with it is heard by the next one', async () => {
    const session = await prepareHookSession();
    const first = await startListener(session, 'second');
    for (const reason of ['first', 'second', 'third']) await runHook(session.hook, payload(reason));
    await first.says('second');
    const over = ended(first.child);
    first.child.kill('SIGKILL');
    await over;
    await runHook(session.hook, payload('fourth'));
    const next = await startListener(session);
    await next.says('fourth');
    expect(first.lines()).toEqual(['open', 'first', 'second']);
    expect(next.lines().filter((line) => line !== 'open')).toEqual(['second', 'third', 'fourth']);
    await until(() => session.names('new').length === 0, {
      withinMs: PATIENCE_MS,
      what: 'an empty spool',
    });
  });

  test('another user can neither write a signal, nor read one, nor be believed', async () => {
    const dir = tempDir();
    const session = await prepareHookSession({ dir });
    await runHook(session.hook, payload('ours'));
    const spool = join(session.folder, 'signals', 'new');
    for (const folder of [session.sessions, session.folder, spool]) {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
    // Only the superuser can be somebody else, and give files away.
    if (process.geteuid?.() !== 0) return;
    for (const above of [dir, join(dir, 'state')]) chmodSync(above, 0o755);
    const intrusions = [
      () => writeFileSync(join(spool, 'a.json'), payload('theirs')),
      () => writeFileSync(join(session.folder, 'statusline.json'), '{}'),
      () => writeFileSync(join(session.folder, 'signal.sh'), ''),
      () => mkdirSync(join(session.sessions, 'pool-2')),
      () => readdirSync(spool),
    ];
    for (const intrude of intrusions) expect(() => asUnprivileged(intrude)).toThrow('EACCES');
    writeFileSync(join(spool, '0.json'), payload('theirs'));
    chownSync(join(spool, '0.json'), 65_534, 65_534);
    const heard = listenTo(session);
    await until(() => heard.reasons()[0], { withinMs: PATIENCE_MS, what: 'our own signal' });
    expect(heard.reasons()).toEqual(['ours']);
    expect(heard.errors.map(({ code }) => code)).toEqual(['SIGNAL_REFUSED']);
  });

  test('a pipe that nobody writes to does not hold the daemon up', async () => {
    const session = await prepareHookSession();
    const pipe = join(session.folder, 'signals', 'new', '0.json');
    await runHook(`mkfifo '${pipe}' && cat`, '', { env: { PATH: '/usr/bin:/bin' } });
    await runHook(session.hook, payload('ours'));
    const heard = listenTo(session);
    await until(() => heard.reasons()[0], { withinMs: PATIENCE_MS, what: 'the signal behind it' });
    expect(heard.errors.map(({ code }) => code)).toEqual(['SIGNAL_REFUSED']);
  });
});

const RUNS = 15;

/** What each of the two takes, in turns: whatever else the machine has to do meets both. */
async function mediansOf(
  [one, other]: readonly [string, string],
  word: string,
): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < RUNS; i += 1) {
    times[0].push((await runHook(one, payload(`${word}-${i}`))).ms);
    times[1].push((await runHook(other, payload(`${word}-${i}`))).ms);
  }
  return [median(times[0]), median(times[1])];
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/** From one shell, as fast as it can; each of 20 KB, so that a torn one would show. */
async function hundredAnd25Hooks({ hook }: HookSession, worker: number): Promise<void> {
  const [before = '', after = ''] = payload(`${worker}-HERE`).split('HERE');
  const loop = `i=0; while [ $i -lt 125 ]; do printf '%s' "$1$i$2" | { ${hook}; }; i=$((i+1)); done`;
  const padded = `${after.slice(0, -1)},"padding":"${'x'.repeat(20_000)}"}`;
  const child = spawn('/bin/sh', ['-c', loop, 'sh', before, padded], { env: {}, stdio: 'inherit' });
  spawned(child, 'a loop of hooks');
  expect(await ended(child)).toBe(0);
}

function listenTo({ sessions, session }: HookSession) {
  const signals: Signal[] = [];
  const errors: FailoverError[] = [];
  const port = createSignalPort({
    folder: sessions,
    sessions: [session],
    onError: (error) => errors.push(error),
  });
  atEnd(() => port.close());
  port.listen(async (signal) => {
    signals.push(signal);
  });
  return { errors, reasons: () => signals.map((s) => (s.kind === 'ended' ? s.reason : s.kind)) };
}

async function startListener({ sessions, session }: HookSession, hangsAt = '') {
  const program = compiledFixture('signal-listener');
  const child = spawn(process.execPath, [program, sessions, session, hangsAt]);
  spawned(child, 'a daemon that listens');
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const over = ended(child);
    child.kill('SIGKILL');
    await over;
  });
  let said = '';
  child.stdout.on('data', (data) => (said += data));
  const lines = () => said.split('\n').slice(0, -1);
  const says = (line: string) =>
    until(() => lines().includes(line), {
      withinMs: PATIENCE_MS,
      what: `the daemon to say ${line}`,
    });
  await says('open');
  return { child, lines, says };
}

function stateOf({ pid }: ChildProcess): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2)[0];
}

function payload(reason: string): string {
  return JSON.stringify({ session_id: conversation, hook_event_name: 'SessionEnd', reason });
}
