import { shellWord } from '../../config/shell-word.ts';
import { typeLine } from '../../supervisor/compose-tmux-client.ts';
import type { AccountReport, SessionReport, StatusReport } from '../../supervisor/status-report.ts';
import type { TaskDescription } from '../../supervisor/task-report.ts';
import type { DemoHome } from './demo-home.ts';
import type { TaskDesk } from './task-desk.ts';
import { addArguments, type WantedTask } from './wanted-task.ts';

/** What those who act in a demo see and do. */
export interface DemoStage {
  readonly sessions: () => readonly SessionReport[];
  readonly accounts: () => readonly AccountReport[];
  /** How many tasks wait, for a session or for another task. */
  readonly waiting: () => number;
  /** A line for the person who watches. */
  readonly tell: (text: string) => void;
  /** Adds a task as a person would, and says how; its id. */
  readonly addTask: (task: WantedTask) => Promise<string>;
  readonly showTask: (id: string) => Promise<TaskDescription>;
  /** How the narration calls a task. */
  readonly titleOf: (id: string) => string;
  /** Types a line into a session, as the person at it would, and says so. */
  readonly type: (session: string, text: string) => void;
  /** `kill -9`; one that has just ended is as dead as wished. */
  readonly kill: (pid: number) => void;
}

export interface StageParts extends Pick<DemoStage, 'tell' | 'titleOf'> {
  readonly home: DemoHome;
  readonly env: NodeJS.ProcessEnv;
  readonly status: () => StatusReport;
  readonly desk: TaskDesk;
}

export function demoStage({ home, env, status, desk, tell, titleOf }: StageParts): DemoStage {
  const { socket } = home;
  return {
    sessions: () => status().sessions,
    accounts: () => status().accounts,
    waiting: () => status().queue.queued + status().queue.blocked,
    tell,
    titleOf,
    addTask: (task) => {
      tell(addArguments(task).map(shellWord).join(' '));
      return desk.add(task);
    },
    showTask: desk.show,
    type: (session, text) => {
      tell(`typed into ${session}: ${text}`);
      typeLine(text, { socket, session, env }).catch((error: unknown) =>
        tell(`not typed: ${String(error)}`),
      );
    },
    kill: (pid) => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        tell(`not killed: ${String(error)}`);
      }
    },
  };
}
