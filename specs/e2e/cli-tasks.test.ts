import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { controlSocketPath } from '../../config/control-path.ts';
import type { TaskDescription, TaskSummary } from '../../supervisor/task-report.ts';
import { compiledProgram } from '../harness/compiled.ts';
import { type CliOptions, runCli, startCli } from '../harness/run-cli.ts';
import { atEnd } from '../harness/scope.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { trustIn } from '../harness/trusting.ts';
import { until } from '../harness/until.ts';

// A hundred starts of a program take their time on a machine that is busy.
jest.setTimeout(300_000);

const ID = /^t_[0-9A-HJKMNP-TV-Z]{26}$/;
const UNKNOWN = 't_01JD8Z6Q0V3K5N7R9T1W3Y5A7C';

/** A pool whose daemon does not run and whose accounts trust its directory, and its tasks by command line. */
function makeDesk(options: Parameters<typeof makeTestPool>[0] = {}) {
  const pool = makeTestPool(options);
  const { workdir } = pool.config.pool.autonomous;
  trustIn(pool.config.accounts, workdir);
  const run = (args: readonly string[], more: Pick<CliOptions, 'input'> = {}) =>
    runCli(['task', ...args, '--config', pool.file], { env: pool.env, ...more });
  const json = async <T>(...args: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await run([...args, '--json']);
    if (code !== 0) throw new Error(`task ${args.join(' ')}: ${code} ${stderr}`);
    return JSON.parse(stdout) as T;
  };
  return {
    pool,
    workdir: realpathSync(workdir),
    run,
    add: async (...args: readonly string[]) => (await json<{ id: string }>('add', ...args)).id,
    list: (...args: readonly string[]) => json<readonly TaskSummary[]>('list', ...args),
    show: (id: string) => json<TaskDescription>('show', id),
  };
}

test('with no daemon a task is added, seen, cancelled and retried, and the shapes are the contract', async () => {
  const desk = makeDesk();
  const added = await desk.run(['add', 'Fix the build', '--key', 'nightly', '--json']);
  expect(added).toMatchObject({ code: 0, stderr: '' });
  const { id } = JSON.parse(added.stdout);
  expect(JSON.parse(added.stdout)).toEqual({ v: 1, id: expect.stringMatching(ID), created: true });

  const summary = {
    ...{ id, key: 'nightly', state: 'queued', project: desk.workdir, priority: 'default' },
    ...{ attempts: 0, session: null, conversation: null },
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    ...{ startedAt: null, endedAt: null, result: null, error: null },
  };
  expect(await desk.list()).toEqual([summary]);
  const { history, ...shown } = await desk.show(id);
  expect(shown).toEqual({ ...summary, text: 'Fix the build', accounts: [] });
  expect(history).toEqual([{ at: expect.any(String), event: expect.any(String), facts: {} }]);

  for (const outcome of ['cancelled', 'already']) {
    const { code, stdout } = await desk.run(['cancel', id, '--json']);
    expect({ code, told: JSON.parse(stdout) }).toEqual({ code: 0, told: { v: 1, id, outcome } });
  }
  expect(await desk.show(id)).toMatchObject({ state: 'cancelled', endedAt: expect.any(String) });
  for (const outcome of ['queued', 'already']) {
    const { code, stdout } = await desk.run(['retry', id, '--json']);
    expect({ code, told: JSON.parse(stdout) }).toEqual({ code: 0, told: { v: 1, id, outcome } });
  }
  expect(await desk.show(id)).toMatchObject({ state: 'queued', endedAt: null });
});

test('a person gets the id on stdout, what comes next on stderr, and a table and a page to read', async () => {
  const desk = makeDesk();
  const { code, stdout, stderr } = await desk.run(['add', 'Fix the build', '--priority', 'high']);
  const id = stdout.trim();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^t_\w{26}\n$/);
  expect(stderr).toBe(
    `accepted, to be done once a daemon runs (claude-failover --config ${desk.pool.file} start); see it: claude-failover --config ${desk.pool.file} task show ${id}\n`,
  );
  const list = await desk.run(['list']);
  expect(list.stdout).toMatch(
    new RegExp(`^TASK .*\n${id} {2}queued .* high .* ${desk.workdir} {2}Fix the build\\n$`),
  );
  const show = await desk.run(['show', id.slice(0, 20)]);
  expect(show.stdout).toContain('its text:\n  │ Fix the build\n');
  const status = await runCli(['status', '--config', desk.pool.file], { env: desk.pool.env });
  expect(status.stdout).toContain('\nqueue   1 queued\n');
});

test('list and show make nothing', async () => {
  const desk = makeDesk();
  expect(await desk.list()).toEqual([]);
  expect(await desk.run(['list'])).toEqual({ code: 0, stdout: '', stderr: 'no tasks\n' });
  expect((await desk.run(['show', UNKNOWN])).code).toBe(66);
  expect(existsSync(desk.pool.config.stateDir)).toBe(false);
});

test('a text is taken from an argument, a file or stdin, exactly but for line ends and a mark', async () => {
  const desk = makeDesk();
  const odd = '/clear $(id) `id` "q" \'q\' \\\n\n\té 👩‍👩‍👧 e\u0301 \ufffd\\';
  expect(await desk.show(await desk.add(odd))).toMatchObject({ text: odd });
  const file = join(desk.pool.dir, 'a prompt.md');
  writeFileSync(file, `\ufeff${odd.replaceAll('\n', '\r\n')}`);
  expect(await desk.show(await desk.add('--file', file))).toMatchObject({ text: odd });

  const longest = 'é'.repeat(512 * 1024);
  const { stdout } = await desk.run(['add', '--file', '-', '--json'], { input: longest });
  const { text } = await desk.show(JSON.parse(stdout).id);
  expect(text === longest).toBe(true);
});

test('two texts, or none, are 64 at once, whatever stdin is', async () => {
  const desk = makeDesk();
  for (const args of [['add'], ['add', 'x', '--file', '-'], ['add', 'two', 'words']]) {
    expect(await desk.run(args)).toMatchObject({ code: 64, stdout: '' });
  }
});

test.each([
  ['a control character', 'one\ntwo\u001b[2J', 'line 2, column 4 (offset 7): U+001B'],
  ['a lone carriage return', 'a\rb', 'line 1, column 2 (offset 1): U+000D'],
  ['a byte that is no UTF-8', Buffer.from([0x61, 0xff]), '(offset 1): byte 0xFF is no UTF-8'],
  ['nothing', '', 'there is nothing in it'],
  ['nothing to read', ' \r\n\t', 'there is nothing in it'],
  ['too much', 'x'.repeat(1024 * 1024 + 1), 'it has 1048577 bytes, and a task may have 1048576'],
])('a text with %s is 65, says what and where, and is not stored', async (_, input, told) => {
  const desk = makeDesk();
  const { code, stdout, stderr } = await desk.run(['add', '--file', '-'], { input });
  expect({ code, stdout }).toEqual({ code: 65, stdout: '' });
  expect(stderr).toContain(told);
  expect(stderr).toContain('[TASK_REFUSED]');
  expect(await desk.list()).toEqual([]);
});

test('a text without an end is 65, too', async () => {
  const { pool } = makeDesk();
  expect(() => inShell(pool, 'yes | "$0" "$1" task add --file - --config "$2"')).toThrow(
    expect.objectContaining({
      status: 65,
      message: expect.stringContaining('it has more than 67108864 bytes'),
    }),
  );
});

test('an argument that is no UTF-8 is refused, not mended', async () => {
  const { pool, list } = makeDesk();
  const command = `"$0" "$1" task add "$(printf 'caf\\351')" --config "$2"`;
  expect(() => inShell(pool, command)).toThrow(
    expect.objectContaining({
      status: 65,
      message: expect.stringContaining('line 1, column 4 (offset 3): byte 0xE9 is no UTF-8'),
    }),
  );
  expect(await list()).toEqual([]);
});

test('a file that cannot be read is 66', async () => {
  const desk = makeDesk();
  for (const file of [join(desk.pool.dir, 'nowhere.md'), desk.pool.dir]) {
    const { code, stderr } = await desk.run(['add', '--file', file]);
    expect(code).toBe(66);
    expect(stderr).toContain(`cannot be read from ${file} (E`);
  }
});

test('a project is kept by its real path; one that is missing is 66 and one that is a file, too', async () => {
  const desk = makeDesk();
  const real = join(desk.workdir, 'api');
  mkdirSync(real);
  symlinkSync(real, join(desk.pool.dir, 'link'));
  const id = await desk.add('x', '--project', join(desk.pool.dir, 'link', '..', 'link'));
  expect(await desk.show(id)).toMatchObject({ project: real });

  const missing = await desk.run(['add', 'x', '--project', join(desk.workdir, "it's new")]);
  expect(missing.code).toBe(66);
  expect(missing.stderr).toContain(`\nMake it: mkdir -p '${desk.workdir}/it'\\''s new'\n`);
  const file = await desk.run(['add', 'x', '--project', desk.pool.file]);
  expect(file).toMatchObject({ code: 66, stderr: expect.not.stringContaining('mkdir') });
});

test('a directory that some account does not trust is 69, and the command that is told mends it', async () => {
  const { pool, run, add } = makeDesk();
  const project = join(pool.dir, 'another project');
  mkdirSync(project);
  const [, second] = pool.config.accounts;
  trustIn(second === undefined ? [] : [second], project);

  const { code, stdout, stderr } = await run(['add', 'x', '--project', project]);
  expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
  expect(stderr).toContain(`compte1 does not trust ${project}: `);
  doAsTold(pool, stderr);
  expect(await add('x', '--project', project)).toMatch(ID);
});

test('a directory can be trusted, and worked in, while agents run', async () => {
  const { pool, run, add, show } = makeDesk({ max: 1 });
  await runCli(['account', 'prepare', '--config', pool.file], { env: pool.env });
  const daemon = await pool.start();
  await pool.allAre('idle.ready');
  const project = join(pool.dir, 'another project');
  mkdirSync(project);
  const refused = await run(['add', 'x', '--project', project]);
  expect(refused.stderr).toContain(`compte1, compte2 do not trust ${project}: `);
  doAsTold(pool, refused.stderr);
  const id = await add('do it', '--project', project);
  await daemon.logged('task.completed', { task: id });
  expect(await show(id)).toMatchObject({ state: 'done', project, result: expect.any(String) });
});

/** Carries out the command that the program told its user to. */
function doAsTold(pool: TestPool, stderr: string): void {
  const [, told = 'nothing'] = /^Trust it: claude-failover (.*)$/m.exec(stderr) ?? [];
  inShell(pool, `"$0" "$1" ${told}`);
}

/** Runs a command line in which `"$0" "$1"` is our program, and `$2` the config; throws as it ends badly. */
function inShell({ env, file }: TestPool, command: string): void {
  const words = [process.execPath, compiledProgram('cli/main'), file];
  execFileSync('sh', ['-c', command, ...words], { env, stdio: 'pipe', timeout: 60_000 });
}

test('one may wait for others and for a time; one that does not exist is 66', async () => {
  const desk = makeDesk();
  const [first, second] = [await desk.add('first'), await desk.add('second')];
  const flags = ['--depends-on', `${first},${second}`, '--depends-on', first];
  const id = await desk.add('third', ...flags, '--not-before', '30m');
  expect(await desk.show(id)).toMatchObject({ state: 'blocked' });
  expect((await desk.run(['list', '--state', 'blocked'])).stdout).toContain(
    `third · waits for ${first} ${second}\n`,
  );
  expect((await desk.run(['show', id])).stdout).toMatch(/\n {2}not before {4}\d{4}-/);
  const { code, stderr } = await desk.run(['add', 'x', '--depends-on', UNKNOWN]);
  expect(code).toBe(66);
  expect(stderr).toContain(UNKNOWN);
});

test('whoever waits for one that is cancelled hears so, and which one to retry', async () => {
  const desk = makeDesk();
  const [first, second] = [await desk.add('first'), await desk.add('second')];
  await desk.run(['cancel', first]);
  const added = await desk.run(['add', 'third', '--depends-on', `${first},${second}`]);
  expect(added.stderr).toContain(
    `it waits for ${first}, which is cancelled: it stays blocked until that one is retried (claude-failover --config ${desk.pool.file} task retry ${first})\n`,
  );
  expect(added.stderr).not.toContain(second);
  const note = `waits for a cancelled one: task retry ${first}`;
  expect((await desk.run(['list'])).stdout).toContain(`third · ${note}\n`);
  const id = added.stdout.trim();
  expect((await desk.run(['show', id])).stdout).toContain(
    `depends on    ${first} (cancelled: task retry ${first}), ${second} (queued)\n`,
  );
  expect((await desk.run(['retry', id])).stdout).toBe(`${id}: is blocked: ${note}\n`);
});

test('a verb that changes nothing says how the task stands', async () => {
  const desk = makeDesk();
  const id = await desk.add('one');
  expect((await desk.run(['retry', id])).stdout).toBe(`${id}: is queued already\n`);
  await desk.run(['cancel', id]);
  expect((await desk.run(['cancel', id])).stdout).toBe(`${id}: has ended already (cancelled)\n`);
});

test('a list can be cut to states and to the newest', async () => {
  const desk = makeDesk();
  const ids = [await desk.add('one'), await desk.add('two'), await desk.add('three')];
  await desk.run(['cancel', ids[0] ?? '']);
  const listed = async (...args: readonly string[]) =>
    (await desk.list(...args)).map(({ id }) => id);
  expect(await listed()).toEqual(ids);
  expect(await listed('--limit', '2')).toEqual(ids.slice(1));
  expect(await listed('--state', 'queued,running')).toEqual(ids.slice(1));
  expect(await listed('--state', 'done', '--state', 'cancelled')).toEqual(ids.slice(0, 1));
});

test('a verb is told to all that exist, and is 66 for one that does not', async () => {
  const desk = makeDesk();
  const [first, second] = [await desk.add('one'), await desk.add('two')];
  const { code, stdout, stderr } = await desk.run(['cancel', first, UNKNOWN, second]);
  expect(code).toBe(66);
  expect(stdout).toBe(`${first}: cancelled\n${second}: cancelled\n`);
  expect(stderr).toContain(UNKNOWN);
  for (const verb of ['show', 'retry']) expect((await desk.run([verb, UNKNOWN])).code).toBe(66);
  // Both were accepted in this year, and many years have the same first letters.
  const ambiguous = await desk.run(['show', first.slice(0, 4)]);
  expect(ambiguous).toMatchObject({ code: 64, stderr: expect.stringContaining('[AMBIGUOUS]') });
});

test('the same key in the same project is the same task, and that is said', async () => {
  const desk = makeDesk();
  const id = await desk.add('one', '--key', 'k');
  await desk.run(['cancel', id]);
  const again = await desk.run(['add', 'another text', '--key', 'k', '--json']);
  expect(again).toEqual({
    code: 0,
    stdout: `${JSON.stringify({ v: 1, id, created: false })}\n`,
    stderr: `nothing was added: the key k exists already in ${desk.workdir}, and its task is cancelled
its text is another one: the new text was dropped
to try it again: claude-failover --config ${desk.pool.file} task retry ${id}
`,
  });
  await desk.run(['retry', id]);
  expect((await desk.run(['add', 'one', '--key', 'k'])).stderr).toBe(
    `nothing was added: the key k exists already in ${desk.workdir}, and its task is queued\n`,
  );
  mkdirSync(join(desk.workdir, 'other'));
  expect(await desk.add('one', '--key', 'k', '--project', `${desk.workdir}/other`)).not.toBe(id);
});

test('a hundred are added by twenty processes at once; ten of them have one key and are one task', async () => {
  const desk = makeDesk();
  const lane = async (number: number) => {
    const runs = [];
    for (const round of [0, 1, 2, 3, 4]) {
      const isKeyed = round === 2 && number < 10;
      const text = `task ${round} of ${number}`;
      runs.push(await desk.run(['add', text, '--json', ...(isKeyed ? ['--key', 'once'] : [])]));
    }
    return runs;
  };
  const lanes = Array.from({ length: 20 }, (_, number) => lane(number));
  const runs = (await Promise.all(lanes)).flat();
  expect(runs.filter(({ code }) => code !== 0)).toEqual([]);

  const told = runs.map(({ stdout }) => JSON.parse(stdout) as { id: string; created: boolean });
  expect(told.filter(({ created }) => created)).toHaveLength(91);
  const listed = await desk.list();
  expect(listed.map(({ id }) => id).toSorted()).toEqual(
    [...new Set(told.map(({ id }) => id))].toSorted(),
  );
  expect(listed.filter(({ key }) => key === 'once')).toHaveLength(1);
  expect(listed).toHaveLength(91);
});

test('whatever is killed while it adds: what was acknowledged is there, and nothing is in the way', async () => {
  const desk = makeDesk();
  const acknowledged: string[] = [];
  for (let round = 0; round < 16; round += 1) {
    const adding = startCli(['task', 'add', `round ${round}`, '--config', desk.pool.file], {
      env: desk.pool.env,
    });
    // Some as soon as they have said it, the others sooner or later before or after that.
    adding.child.stdout?.once('data', () => adding.child.kill('SIGKILL'));
    const timer = setTimeout(() => adding.child.kill('SIGKILL'), round % 2 ? 60_000 : round * 40);
    const { stdout } = await adding.ended;
    clearTimeout(timer);
    if (stdout.endsWith('\n')) acknowledged.push(stdout.trim());
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(8);
  const ids = (await desk.list()).map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(acknowledged));
  expect(await desk.add('the next one')).toMatch(ID);
});

test('a daemon that hangs keeps nobody from adding', async () => {
  const desk = makeDesk();
  await hangingDaemon(desk.pool);
  const { code, stdout, stderr } = await desk.run(['add', 'x']);
  expect(code).toBe(0);
  expect(stderr).toContain('accepted; the daemon does not answer now, and finds it by itself');
  expect(await desk.show(stdout.trim())).toMatchObject({ state: 'queued' });
});

test('a daemon that runs hears at once of what is added, cancelled and retried, and tells the counts', async () => {
  // By itself it would look much later.
  const desk = makeDesk({ max: 1, config: { reconcile: { interval: '10m' } } });
  const daemon = await desk.pool.start();
  await desk.pool.allAre('idle.ready');
  const { stdout, stderr } = await desk.run(['add', 'do it [[demo:work 60s]]']);
  const id = stdout.trim();
  expect(stderr).toMatch(/^accepted; see it: /);
  await daemon.logged('task.accepted', { task: id });
  await daemon.logged('task.confirmed', { task: id });
  expect(await desk.show(id)).toMatchObject({ state: 'running', session: 'ccl-auto-11' });

  const cancelled = await desk.run(['cancel', id]);
  expect(cancelled.stdout).toBe(`${id}: to be cancelled: the daemon ends its agent\n`);
  await daemon.logged('task.cancelled', { task: id });
  // It rests between two counts.
  await until(async () => (await desk.pool.status()).queue.cancelled === 1, {
    withinMs: 5000,
    what: 'the tasks to be counted again',
  });
  const status = await runCli(['status', '--config', desk.pool.file], { env: desk.pool.env });
  expect(status.stdout).toContain('\nqueue   1 cancelled\n');

  expect((await desk.run(['retry', id])).stdout).toBe(`${id}: queued again\n`);
  await until(() => daemon.log.filter(({ event }) => event === 'task.dispatched').length === 2, {
    withinMs: 30_000,
    what: 'the task to be given out again',
  });
});

/** It is connected to, and never says a word. */
async function hangingDaemon({ config }: TestPool): Promise<void> {
  mkdirSync(config.stateDir, { mode: 0o700 });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    atEnd(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(controlSocketPath(config), resolve));
  atEnd(() => new Promise((resolve) => server.close(resolve)));
}
