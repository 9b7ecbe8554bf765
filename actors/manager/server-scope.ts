import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PATIENCE_MS = 5_000;
/** How systemd-run finds the user's manager. Nothing that a tmux server should keep. */
const WAY_TO_MANAGER = ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'] as const;
const NOT_FOR_TMUX = [...WAY_TO_MANAGER, 'INVOCATION_ID'].flatMap((name) => ['-u', name]);

/** A way to start a tmux server in a scope of systemd's of its own, which outlives the service that starts it. */
export interface ServerScope {
  /** The words before `tmux`: they become it. Another scope each time. */
  readonly words: () => readonly string[];
  /** What they need of our environment; tmux does not see it. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Tries whether the user's service manager gives us scopes. Rejects with what it, or the attempt to
 * start `systemd-run`, says when it does not.
 *
 * The scope's name is another one for each server: agents that a dead server has left keep theirs busy.
 */
export async function openServerScope(env: NodeJS.ProcessEnv): Promise<ServerScope> {
  const way = Object.fromEntries(
    WAY_TO_MANAGER.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
  const words = (): readonly string[] => [
    ...scopeNamed(`tmux-${shortId()}`),
    'env',
    ...NOT_FOR_TMUX,
  ];
  const [program = '', ...probe] = [...scopeNamed(`probe-${shortId()}`), 'true'];
  await run(program, probe, { env: { ...way, PATH: env['PATH'] }, timeout: PATIENCE_MS });
  return { words, env: way };
}

function scopeNamed(name: string): readonly string[] {
  const quiet = ['--quiet', '--collect', '--description=tmux server of claude-failover'];
  return ['systemd-run', '--user', '--scope', ...quiet, `--unit=claude-failover-${name}`, '--'];
}

function shortId(): string {
  return randomUUID().slice(0, 8);
}
