import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface TypingPlace {
  readonly socket: string;
  /** The exact name of the session. */
  readonly session: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Types a line into a session and sends it off, as a person there would. Rejects when tmux refuses. */
export async function typeLine(text: string, { socket, session, env }: TypingPlace): Promise<void> {
  const keys = ['-S', socket, 'send-keys', '-t', `=${session}:`];
  await promisify(execFile)('tmux', [...keys, '-l', '--', text], { env });
  await promisify(execFile)('tmux', [...keys, 'Enter'], { env });
}
