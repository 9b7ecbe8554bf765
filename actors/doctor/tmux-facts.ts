import { readFileSync } from 'node:fs';
import type { TmuxServerFacts } from '../../machines/doctor-facts.ts';
import { runBriefly } from './run-briefly.ts';

/** What `tmux -V` says; null when there is no tmux. */
export async function tmuxVersion(env: NodeJS.ProcessEnv): Promise<string | null> {
  return await runBriefly('tmux', ['-V'], env);
}

/** The pid of the tmux server on a socket; null when none answers. Starts none. */
export async function tmuxServerPid(
  socket: string,
  env: NodeJS.ProcessEnv,
): Promise<number | null> {
  const pid = Number(
    await runBriefly('tmux', ['-S', socket, 'display-message', '-p', '#{pid}'], env),
  );
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** The tmux server on a socket, or the one that would be started there, and what could end it. */
export async function tmuxServer(socket: string, env: NodeJS.ProcessEnv): Promise<TmuxServerFacts> {
  const pid = await tmuxServerPid(socket, env);
  return pid === null ? futureTmuxServer() : { pid, cgroups: cgroupsOf(pid) };
}

/** A server that this process would start: it would live in the same control groups. */
export function futureTmuxServer(): TmuxServerFacts {
  return { pid: null, cgroups: cgroupsOf(process.pid) };
}

/** Lines are `hierarchy:controllers:path`, and a path may itself hold colons. */
function cgroupsOf(pid: number): readonly string[] {
  try {
    const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
    return [...new Set(lines.map((line) => line.split(':').slice(2).join(':')))];
  } catch {
    return [];
  }
}
