import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  endTmuxServer,
  identify,
  isAlive,
  type ProcessIdentity,
} from '../../supervisor/compose-processes.ts';

/** Every demo's directory begins so; the rest is chance. */
export const DEMO_PREFIX = 'claude-failover-demo-';

const OWNER = 'owner.json';
/** A directory without an owner belongs to a demo that is just beginning, or died doing so. */
const YOUNG_MS = 60_000;

/** The demo's tmux server listens here, and nobody else's does. */
export function socketIn(directory: string): string {
  return join(directory, 'tmux.sock');
}

/** Writes into a demo's directory whose it is: this process, told from a later one with its pid. */
export function writeOwner(directory: string): void {
  const owner = identify(process.pid);
  writeFileSync(join(directory, OWNER), JSON.stringify(owner), { mode: 0o600 });
}

/** Ends and removes what demos left behind that were killed before they could; living ones stay. */
export async function removeDeadDemos(
  temporary: string,
  { env, uid }: { readonly env: NodeJS.ProcessEnv; readonly uid: number },
): Promise<void> {
  for (const name of readdirSync(temporary)) {
    const directory = join(temporary, name);
    if (name.startsWith(DEMO_PREFIX) && isDead(directory, uid)) await removeDemo(directory, env);
  }
}

/** Ends the tmux server of one demo, with its agents, and removes its directory. */
export async function removeDemo(directory: string, env: NodeJS.ProcessEnv): Promise<void> {
  await endTmuxServer(socketIn(directory), env);
  // An agent that has just ended may still have been writing: what appears meanwhile goes too.
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

function isDead(directory: string, uid: number): boolean {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined || found.uid !== uid) return false;
  const owner = ownerOf(directory);
  return owner === null ? Date.now() - found.mtimeMs > YOUNG_MS : !isAlive(owner);
}

function ownerOf(directory: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(join(directory, OWNER), 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}
