import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { atEnd } from './scope.ts';
import { spawned } from './spawned.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

/** A run of `systemctl --user`, or of another program of systemd's. */
export interface ManagerRun {
  readonly code: number;
  readonly output: string;
}

/** A service manager of a user's (`systemd --user`) that knows nothing but what a spec gives it. */
export interface UserManager {
  /** Where it looks for units. */
  readonly unitDir: string;
  /** What its programs and services need to find it. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs a program as one of its users would. */
  run(program: string, ...args: readonly string[]): Promise<ManagerRun>;
  systemctl(...args: readonly string[]): Promise<ManagerRun>;
  /** Properties of a unit, as `systemctl show` names them. */
  show(unit: string, ...properties: readonly string[]): Promise<Readonly<Record<string, string>>>;
}

const PROGRAM = '/usr/lib/systemd/systemd';
const PATIENCE_MS = 20_000;

/**
 * Whether one can be had: systemd, and control groups in which we may make groups. The project's own
 * setup sees to the first; a container of which we are the superuser, to the second.
 */
export function canOpenUserManager(): boolean {
  return existsSync(PROGRAM) && process.getuid?.() === 0 && ourGroups().every(isWritable);
}

/**
 * Starts one, in control groups of its own and with a `/run/systemd` of its own, without which it
 * refuses to run where systemd has not booted the machine. It ends, with all its units, with the scope.
 *
 * @param env the environment that its services inherit
 */
export async function openUserManager(env: NodeJS.ProcessEnv): Promise<UserManager> {
  const home = tempDir();
  const place = { XDG_RUNTIME_DIR: join(home, 'run'), XDG_CONFIG_HOME: join(home, 'config') };
  const unitDir = join(place.XDG_CONFIG_HOME, 'systemd/user');
  mkdirSync(place.XDG_RUNTIME_DIR, { mode: 0o700 });
  mkdirSync(unitDir, { recursive: true });
  const groups = ourGroups().map((group) => join(group, `spec-${process.pid}-${Date.now()}`));
  for (const group of groups) mkdirSync(group);
  const enter = groups.map((group) => `echo $$ > '${group}/cgroup.procs'`);
  const ownRun = ['mount -t tmpfs tmpfs /run/systemd', 'mkdir /run/systemd/system'];
  // Its fd 3 and above would be handed to no service: closed, as by a login.
  const script = ['set -e', 'mkdir -p /run/systemd', ...enter, ...ownRun, `exec ${PROGRAM} --user`];
  const all = { ...env, ...place };
  const child = spawned(
    spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script.join('\n')], {
      env: all,
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
    'systemd --user',
  );
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = once(child, 'close');
  // systemctl, too, looks into /run/systemd.
  const inside = ['--target', String(child.pid), '--mount'];
  const run = (...command: readonly string[]) =>
    runProgram('nsenter', [...inside, ...command], all);
  const systemctl = (...args: readonly string[]) => run('systemctl', '--user', ...args);
  atEnd(async () => {
    await systemctl('exit');
    await ended;
    for (const group of groups) await removeSurely(group);
  });
  await until(async () => (await systemctl('is-system-running')).output.includes('running'), {
    withinMs: PATIENCE_MS,
    what: `systemd --user to run; it has said: ${said}`,
  });
  return {
    unitDir,
    env: all,
    run,
    systemctl,
    show: async (unit, ...properties) => {
      const { output } = await systemctl('show', unit, ...properties.map((name) => `-p${name}`));
      return Object.fromEntries(output.trim().split('\n').map(pairOf));
    },
  };
}

function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ManagerRun> {
  return new Promise((resolve) => {
    execFile(program, args, { env }, (error, stdout, stderr) => {
      const failed = typeof error?.code === 'number' ? error.code : -1;
      resolve({ code: error === null ? 0 : failed, output: `${stdout}${stderr}` });
    });
  });
}

/** Where we are in the hierarchies that systemd uses: the one of cgroup v2, and its own of v1 if there is one. */
function ourGroups(): readonly string[] {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const [, hierarchy, path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (hierarchy === 'name=systemd') return [join('/sys/fs/cgroup/systemd', path)];
    if (hierarchy !== '') return [];
    const unified = '/sys/fs/cgroup/unified';
    return [join(existsSync(unified) ? unified : '/sys/fs/cgroup', path)];
  });
}

function isWritable(group: string): boolean {
  try {
    execFileSync('mkdir', [join(group, `probe-${process.pid}`)], { stdio: 'ignore' });
    rmdirSync(join(group, `probe-${process.pid}`));
    return true;
  } catch {
    return false;
  }
}

/** What lives on in it may fork while it is moved away. */
async function removeSurely(group: string): Promise<void> {
  const isRemoved = () => {
    removeGroup(group);
    return true;
  };
  await until(isRemoved, { withinMs: PATIENCE_MS, what: `${group} to be removed` });
}

/** What lives on in it, as a tmux server of a pool's may, is moved to where the manager was started. */
function removeGroup(group: string, refuge = dirname(group)): void {
  for (const name of readdirSync(group)) {
    const below = join(group, name);
    if (statSync(below).isDirectory()) removeGroup(below, refuge);
  }
  const living = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
  for (const pid of living) moveTo(refuge, pid);
  rmdirSync(group);
}

function moveTo(group: string, pid: string): void {
  try {
    writeFileSync(join(group, 'cgroup.procs'), pid);
  } catch {
    // It has ended meanwhile.
  }
}

function pairOf(line: string): readonly [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

/** Writes a drop-in for a unit of this manager, and has it read. */
export async function changeUnit(
  { unitDir, systemctl }: UserManager,
  unit: string,
  lines: readonly string[],
): Promise<void> {
  const dir = join(unitDir, `${unit}.d`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `${readdirSync(dir).length}.conf`), `[Service]\n${lines.join('\n')}\n`);
  await systemctl('daemon-reload');
}
