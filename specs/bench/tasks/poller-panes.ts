import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PollerTask } from './inbox-poller-messages.ts';

const LINES = 12;
const LOOK_EVERY_MS = 100;
const PROMPT = /^❯/m;
const ANSWER = /^[●⏺]/m;
/** What stands there while the client works: seconds, or a spinner. */
const WORKS = /\d+s ·|esc to interrupt|[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

/** Sessions as the usual way knows them: by what `tmux` shows, one process for each question. */
export function openPanes(task: PollerTask) {
  /** Synchronously, which is the quickest that node can do it. */
  const tmux = (args: readonly string[], input = '') =>
    spawnSync('tmux', ['-S', task.socket, '-f', '/dev/null', ...args], { encoding: 'utf8', input });
  const screen = (session: string): string => {
    const { stdout } = tmux(['capture-pane', '-p', '-t', `=${session}:`]);
    return stdout.trimEnd().split('\n').slice(-LINES).join('\n');
  };
  const agentOf = (session: string, conversation: string): readonly string[] => [
    ...['-c', task.workdir],
    ...Object.entries({ ...task.env, CLAUDE_FAILOVER_SESSION: session }).flatMap(
      ([name, value]) => ['-e', `${name}=${value}`],
    ),
    ...['--', ...task.agent, '--session-id', conversation],
  ];
  return {
    create: (session: string, conversation: string): void => {
      const place = ['-d', '-s', session, '-x', '200', '-y', '50'];
      tmux(['new-session', ...place, ...agentOf(session, conversation)]);
    },
    /** Ends the agent and starts the next one, which has no past; gives its pid. */
    respawn: (session: string, conversation: string): number => {
      const target = ['-t', `=${session}:`];
      tmux(['respawn-pane', '-k', ...target, ...agentOf(session, conversation)]);
      return Number(tmux(['display-message', '-p', ...target, '#{pane_pid}']).stdout);
    },
    atPrompt: async (session: string): Promise<void> => {
      while (!PROMPT.test(screen(session))) await sleep(LOOK_EVERY_MS);
    },
    /** It shows an answer and its prompt, and not that it works. */
    isAnswered: (session: string): boolean => {
      const shown = screen(session);
      return ANSWER.test(shown) && PROMPT.test(shown) && !WORKS.test(shown);
    },
    paste: (session: string, text: string): void => {
      tmux(['load-buffer', '-b', session, '-'], text);
      tmux(['paste-buffer', '-p', '-d', '-b', session, '-t', `=${session}:`]);
    },
    pressEnter: (session: string): void => void tmux(['send-keys', '-t', `=${session}:`, 'Enter']),
    end: (): void => void tmux(['kill-server']),
  };
}
