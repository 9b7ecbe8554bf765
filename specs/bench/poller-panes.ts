import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** What stands around all sessions of a poller. */
export interface PanesTask {
  readonly socket: string;
  readonly workdir: string;
  /** Environment of the agents. */
  readonly env: Readonly<Record<string, string>>;
  /** argv of the agent, without its conversation. */
  readonly agent: readonly string[];
}

/** How an agent is started. */
export interface AgentStart {
  readonly conversation: string;
  /** It goes on with what is there of it; else it has no past. */
  readonly isResume?: boolean;
  /** Beside and above that of all. */
  readonly env?: Readonly<Record<string, string>>;
}

const LINES = 12;
const LOOK_EVERY_MS = 100;
const PROMPT = /^❯/m;
const ANSWER = /^[●⏺]/m;
/** What stands there while the client works: seconds, or a spinner. */
const WORKS = /\d+s ·|esc to interrupt|[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

/** Sessions as the usual way knows them: by what `tmux` shows, one process for each question. */
export function openPanes(task: PanesTask) {
  /** Synchronously, which is the quickest that node can do it. */
  const tmux = (args: readonly string[], input = '') =>
    spawnSync('tmux', ['-S', task.socket, '-f', '/dev/null', ...args], { encoding: 'utf8', input });
  const screen = (session: string): string => {
    const { stdout } = tmux(['capture-pane', '-p', '-t', `=${session}:`]);
    return stdout.trimEnd().split('\n').slice(-LINES).join('\n');
  };
  const agentOf = (session: string, start: AgentStart): readonly string[] => [
    ...['-c', task.workdir],
    ...Object.entries({
      ...{ ...task.env, ...start.env },
      CLAUDE_FAILOVER_SESSION: session,
    }).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
    ...['--', ...task.agent, start.isResume ? '--resume' : '--session-id', start.conversation],
  ];
  return {
    /** Gives the agent's pid. */
    create: (session: string, start: AgentStart): number => {
      const place = ['-d', '-s', session, '-x', '200', '-y', '50', '-P', '-F', '#{pane_pid}'];
      return Number(tmux(['new-session', ...place, ...agentOf(session, start)]).stdout);
    },
    /** Ends the agent and starts the next one; gives its pid. */
    respawn: (session: string, start: AgentStart): number => {
      const target = ['-t', `=${session}:`];
      tmux(['respawn-pane', '-k', ...target, ...agentOf(session, start)]);
      return Number(tmux(['display-message', '-p', ...target, '#{pane_pid}']).stdout);
    },
    kill: (session: string): void => void tmux(['kill-session', '-t', `=${session}`]),
    atPrompt: async (session: string): Promise<void> => {
      while (!PROMPT.test(screen(session))) await sleep(LOOK_EVERY_MS);
    },
    /** It shows an answer and its prompt, and not that it works. */
    isAnswered: (session: string): boolean => {
      const shown = screen(session);
      return ANSWER.test(shown) && PROMPT.test(shown) && !WORKS.test(shown);
    },
    shows: (session: string, words: RegExp): boolean => words.test(screen(session)),
    paste: (session: string, text: string): void => {
      tmux(['load-buffer', '-b', session, '-'], text);
      tmux(['paste-buffer', '-p', '-d', '-b', session, '-t', `=${session}:`]);
    },
    pressEnter: (session: string): void => void tmux(['send-keys', '-t', `=${session}:`, 'Enter']),
    /** Lets the server live on without a session. */
    keepServer: (): void => void tmux(['set-option', '-s', 'exit-empty', 'off']),
    end: (): void => void tmux(['kill-server']),
  };
}
