import { type IPty, spawn } from 'node-pty';
import { atEnd } from './scope.ts';
import { killIfThere } from './send-signal.ts';
import { spawned } from './spawned.ts';

export interface AgentPane {
  readonly pid: number;
  /** What the terminal was sent so far, for the message of a failing spec. */
  readonly output: () => string;
  type(text: string): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with how it ended; at once when it already has. */
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;
}

/**
 * A terminal with an agent in it, as tmux would start it: the argv of a launch, in a directory and
 * an environment that are not the agent's own. It is killed when its owner ends.
 */
export function openAgentPane(command: readonly string[], env: NodeJS.ProcessEnv): AgentPane {
  const [program = '', ...args] = command;
  const pty: IPty = spawn(program, args, {
    name: 'xterm-256color',
    cols: 120,
    rows: 40,
    cwd: '/',
    env,
  });
  spawned(pty, 'agent in a terminal');
  let output = '';
  let isOver = false;
  pty.onData((data) => {
    output += data;
  });
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      isOver = true;
      resolve({ exitCode, signal });
    });
  });
  atEnd(async () => {
    // Its terminal tells of its end a moment later.
    if (!isOver) killIfThere(pty.pid);
    await ended;
  });
  return {
    pid: pty.pid,
    output: () => output,
    type: (text) => pty.write(text),
    kill: (signal) => process.kill(pty.pid, signal),
    ended,
  };
}
