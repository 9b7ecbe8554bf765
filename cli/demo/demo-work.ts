import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SessionReport } from '../../supervisor/status-report.ts';

export interface DemoStage {
  readonly socket: string;
  readonly env: NodeJS.ProcessEnv;
  readonly sessions: () => readonly SessionReport[];
  /** A line for the person who watches. */
  readonly tell: (text: string) => void;
}

/** What is typed into the sessions, in turn; the agents do what stands in the brackets. */
const PROMPTS = [
  'Tidy up the change log [[demo:work 4s]]',
  'Find out why the build is slow [[demo:work 9s]]',
  'May I run the tests? [[demo:ask]]',
  'What have I asked you so far? [[demo:recall]]',
];

const PROMPT_EVERY_MS = 3000;
const CRASH_AFTER_MS = 8000;
const ANSWER_AFTER_MS = 6000;

/**
 * Gives the agents something to do, as a person at each session would, and kills one of them in the
 * middle of it. Gives back how to stop.
 */
export function startDemoWork(stage: DemoStage): () => void {
  let turn = 0;
  const typing = setInterval(() => {
    if (answerOne(stage)) return;
    const [session] = longestIn('ready', stage);
    const prompt = PROMPTS[turn % PROMPTS.length];
    if (session === undefined || prompt === undefined) return;
    turn += 1;
    type(stage, session.name, prompt);
  }, PROMPT_EVERY_MS);
  const crash = setTimeout(() => killOne(stage), CRASH_AFTER_MS);
  return () => {
    clearInterval(typing);
    clearTimeout(crash);
  };
}

/** The person at the session answers; the daemon never does. */
function answerOne(stage: DemoStage): boolean {
  const [session] = longestIn('waiting', stage);
  if (session?.since == null) return false;
  if (Date.now() - Date.parse(session.since) < ANSWER_AFTER_MS) return false;
  type(stage, session.name, 'y');
  return true;
}

/** Those that are so for the longest time first, so that everybody gets something to do. */
function longestIn(
  substate: SessionReport['substate'],
  { sessions }: DemoStage,
): readonly SessionReport[] {
  return sessions()
    .filter((session) => session.substate === substate)
    .toSorted((a, b) => (a.since ?? '').localeCompare(b.since ?? ''));
}

function type(stage: DemoStage, name: string, text: string): void {
  stage.tell(`typed into ${name}: ${text}`);
  sendKeys(stage, name, text).catch((error: unknown) => stage.tell(`not typed: ${String(error)}`));
}

async function sendKeys({ socket, env }: DemoStage, name: string, text: string): Promise<void> {
  const keys = ['-S', socket, 'send-keys', '-t', `=${name}:`];
  await promisify(execFile)('tmux', [...keys, '-l', '--', text], { env });
  await promisify(execFile)('tmux', [...keys, 'Enter'], { env });
}

function killOne({ sessions, tell }: DemoStage): void {
  const living = sessions().filter(({ pid }) => pid !== null);
  const victim = living.find(({ state }) => state === 'working') ?? living[0];
  if (!victim?.pid) return;
  tell(`kill -9 ${victim.pid}: the agent of ${victim.name}, in the middle of its work`);
  process.kill(victim.pid, 'SIGKILL');
}
