import type { AgentPort } from '../../machines/ports.ts';
import type { Launched } from '../../machines/session/types.ts';

/** What the agent of a session is started with. */
export interface Start
  extends Pick<Launched, 'conversation' | 'workdir' | 'hasTranscript' | 'delivery' | 'ended'> {
  readonly mode: 'new' | 'resume';
  /** The first prompt, as an argument; null = none. */
  readonly prompt: string | null;
}

/** What it is decided by. */
export interface StartParts {
  readonly agent: Pick<AgentPort, 'hasTranscript' | 'turnOf'>;
  /** The prompt of a task, without its header line; null when there is no such task. */
  readonly textOf: (task: string) => Promise<string | null>;
  /** What the agent of an interrupted task is told. */
  readonly resumePrompt: string;
}
