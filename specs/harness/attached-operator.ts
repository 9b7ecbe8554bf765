import { spawn } from 'node-pty';
import { atEnd } from './scope.ts';
import type { TestPool } from './test-pool.ts';
import { until } from './until.ts';

/** A person who has attached to a session in a terminal of their own. */
export interface AttachedOperator {
  /** Types as a person does: the text, then, when it has been drawn, Enter. */
  submit(text: string): Promise<void>;
  press(keys: string): void;
  /** Everything that was drawn so far, with its escape sequences. */
  screen(): string;
  detach(): Promise<void>;
}

/** A tmux server, and the environment of the operator's terminal. */
export type OperatorsServer = Pick<TestPool, 'socketPath' | 'env'>;

/**
 * Attaches to `=session` through a pseudo-terminal, like the operator's own tmux client.
 *
 * @param flags of the client, as of `attach-session -f`: `read-only`
 */
export async function attachOperator(
  { socketPath, env }: OperatorsServer,
  session: string,
  flags: readonly string[] = [],
): Promise<AttachedOperator> {
  let drawn = '';
  const how = flags.length > 0 ? ['-f', flags.join(',')] : [];
  const attach = ['-S', socketPath, 'attach-session', ...how, '-t', `=${session}`];
  const terminal = spawn('tmux', attach, {
    cols: 120,
    rows: 40,
    env: Object.fromEntries(Object.entries(env).filter((e): e is [string, string] => !!e[1])),
  });
  terminal.onData((data) => {
    drawn += data;
  });
  const gone = new Promise<void>((resolve) => {
    terminal.onExit(() => resolve());
  });
  const detach = async () => {
    terminal.kill();
    await gone;
  };
  atEnd(detach);
  // Before tmux has taken the terminal, that makes line breaks of what is typed.
  await until(() => drawn !== '', { withinMs: 10_000, what: `${session} on a person’s screen` });
  return {
    submit: async (text) => {
      const before = drawn;
      terminal.write(text);
      await until(() => drawn !== before, { withinMs: 10_000, what: 'the typed text to be drawn' });
      // The client takes an Enter that comes with the text for a line break of a paste.
      await new Promise((resolve) => setTimeout(resolve, 400));
      terminal.write('\r');
    },
    press: (keys) => terminal.write(keys),
    screen: () => drawn,
    detach,
  };
}

/** The same person, once a demo agent's screen was drawn for them. */
export async function seeingAgent(person: AttachedOperator): Promise<AttachedOperator> {
  await until(() => person.screen().includes('Demo agent'), {
    withinMs: 10_000,
    what: 'the agent’s screen',
  });
  return person;
}
