import { spawn } from 'node:child_process';
import type { TaskDescription } from '../../supervisor/task-report.ts';
import { addArguments, type WantedTask } from './wanted-task.ts';

/**
 * Tasks as a person at another terminal adds them and looks at them: each time the command line runs, in
 * a process of its own. Not by a connection of ours to the store, which the daemon in this very process has
 * open: waiting for each other, neither would go on.
 */
export interface TaskDesk {
  /** Its id. Rejects with what the command has said. */
  add(task: WantedTask): Promise<string>;
  show(id: string): Promise<TaskDescription>;
  /** Ends the commands that run; resolves when none of them is left. */
  close(): Promise<void>;
}

export interface TaskDeskParts {
  /** argv[0] and argv[1] of this process. */
  readonly program: readonly string[];
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
}

export function openTaskDesk({ program, config, env }: TaskDeskParts): TaskDesk {
  const [node = '', script = ''] = program;
  const running = new Set<Promise<unknown>>();
  const abort = new AbortController();
  const json = async <T>([verb = '', ...args]: readonly string[]): Promise<T> => {
    const [kind = '', ...rest] = args;
    const argv = [script, verb, kind, '--json', '--config', config, ...rest];
    const run = runToEnd(node, argv, { env, signal: abort.signal });
    running.add(run);
    try {
      return JSON.parse(await run) as T;
    } finally {
      running.delete(run);
    }
  };
  return {
    add: async (task) => (await json<{ readonly id: string }>(addArguments(task))).id,
    show: (id) => json<TaskDescription>(['task', 'show', id]),
    close: async () => {
      abort.abort();
      await Promise.allSettled(running);
    },
  };
}

type StdioPipes = ['ignore', 'pipe', 'pipe'];

/** What a program said on stdout. Rejects with what it said on stderr when it ended badly. */
async function runToEnd(
  program: string,
  args: readonly string[],
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<string> {
  return await new Promise((resolve, reject) => {
    // Ctrl-C at the terminal is for the demo alone, which ends this in its own time.
    const stdio: StdioPipes = ['ignore', 'pipe', 'pipe'];
    const child = spawn(program, args, { env, stdio, detached: true });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said.err += text;
    });
    const kill = () => child.kill('SIGKILL');
    signal.addEventListener('abort', kill);
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', kill);
      if (code === 0) resolve(said.out);
      else reject(new Error(said.err.trim()));
    });
  });
}
