/*
 * Has a pm2 of its own (`PM2_HOME`) keep the agents, each as an app, and tells what pm2 says on its bus:
 * an app has ended, an app is there again. pm2 itself runs as ever, as a daemon of its own.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pm2, { type StartOptions } from 'pm2';
import { monotonicMs } from './monotonic.ts';
import type { Pm2Task, Pm2Told } from './pm2-messages.ts';

/** What pm2 says of an app, as far as it matters here. */
interface Said {
  readonly event: string;
  readonly process: { readonly name: string; readonly pm_pid_path: string };
}

const task: Pm2Task = JSON.parse(process.argv[2] ?? '');
const home = process.env['PM2_HOME'] ?? '';

// Ctrl-C reaches the whole process group; the bench ends us when it is done.
process.on('SIGINT', () => {});
process.on('disconnect', end);
await promisify<void>((done) => pm2.connect(done))();
tell({ kind: 'god', pid: godPid() });
const bus: NodeJS.EventEmitter = await promisify(pm2.launchBus.bind(pm2))();
bus.on('process:event', hear);
await promisify(startAll)();
process.send?.({ polled: 'resting' });

function startAll(done: (error: Error | null) => void): void {
  // Typed for one app; many are what its config files hold.
  const apps = { apps: task.sessions.map(appOf) } as unknown as StartOptions;
  pm2.start(apps, (error) => done(error));
}

/** As quick as pm2 can be: no delay, no limit, no look at git, and no wrapper around the program. */
function appOf(session: string): StartOptions & { readonly vizion: boolean } {
  const [script = '', ...args] = task.agent;
  return {
    name: session,
    script,
    args: [...args, '--session-id', randomUUID()],
    interpreter: 'none',
    exec_mode: 'fork',
    cwd: task.workdir,
    // As the daemon's agents have it: who tidies up finds them by it.
    env: { CLAUDE_CONFIG_DIR: task.home, CLAUDE_FAILOVER_SESSION: session },
    max_restarts: 1_000_000,
    output: '/dev/null',
    error: '/dev/null',
    vizion: false,
  };
}

function hear({ event, process: app }: Said): void {
  const atMs = monotonicMs();
  if (event === 'exit') tell({ kind: 'exit', session: app.name, atMs });
  if (event !== 'online') return;
  const pid = Number(readFileSync(app.pm_pid_path, 'utf8'));
  tell({ kind: 'online', session: app.name, atMs, pid });
}

/** Its agents end when it is gone: what they read ends then. */
function end(): void {
  process.kill(godPid(), 'SIGKILL');
  process.exit();
}

function godPid(): number {
  return Number(readFileSync(join(home, 'pm2.pid'), 'utf8'));
}

function tell(told: Pm2Told): void {
  process.send?.(told);
}
