import { execFileSync } from 'node:child_process';
import { constants, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { atEnd } from '../harness/scope.ts';
import type { TestPool } from '../harness/test-pool.ts';

/** What an agent's own hooks tell when they run: a prompt was taken; its turn has ended, well or not. */
export interface HookEvent {
  readonly kind: 'prompted' | 'stopped' | 'failed';
  readonly session: string;
}

const KINDS = [
  ['UserPromptSubmit', 'prompted'],
  ['Stop', 'stopped'],
  ['StopFailure', 'failed'],
] as const satisfies readonly (readonly [string, HookEvent['kind']])[];

/**
 * Hears the agents of a pool through hooks of the operator's own, which run beside ours: each writes a
 * word into a pipe, first thing, without another process. Before the agents are started.
 */
export function listenToHooks(
  { dir, config }: Pick<TestPool, 'dir' | 'config'>,
  hear: (event: HookEvent) => void,
): void {
  const pipe = join(dir, 'hooks.pipe');
  execFileSync('mkfifo', ['-m', '600', pipe]);
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  atEnd(() => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => {
    const [word, session = ''] = line.split(' ');
    const known = KINDS.find(([, kind]) => kind === word);
    if (known !== undefined) hear({ kind: known[1], session });
  });
  for (const { home } of config.accounts) addHooks(join(home, 'settings.json'), pipe);
}

function addHooks(file: string, pipe: string): void {
  const settings = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const hooks = KINDS.map(([event, kind]) => {
    // Opened for both, so that nobody waits when we have gone.
    const command = `echo "${kind} $CLAUDE_FAILOVER_SESSION" 1<>'${pipe}'`;
    return [event, [{ hooks: [{ type: 'command', command }] }]];
  });
  writeFileSync(file, JSON.stringify({ ...settings, hooks: Object.fromEntries(hooks) }));
}
