import { join } from 'node:path';
import { typeLine } from '../../supervisor/compose-tmux-client.ts';
import type { SessionReport } from '../../supervisor/status-report.ts';
import type { DemoHome } from './demo-home.ts';

/** What those who act in a demo see and do. */
export interface DemoStage {
  /** The shared `projects` directory: the transcripts. */
  readonly projects: string;
  readonly sessions: () => readonly SessionReport[];
  /** A line for the person who watches. */
  readonly tell: (text: string) => void;
  /** Types a line into a session, as the person at it would, and says so. */
  readonly type: (session: string, text: string) => void;
  /** `kill -9`; one that has just ended is as dead as wished. */
  readonly kill: (pid: number) => void;
}

export interface StageParts extends Pick<DemoStage, 'sessions' | 'tell'> {
  readonly home: DemoHome;
  readonly env: NodeJS.ProcessEnv;
}

export function demoStage({ home, env, sessions, tell }: StageParts): DemoStage {
  const { socket, config } = home;
  return {
    projects: join(config.sharedState.root, 'projects'),
    sessions,
    tell,
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
