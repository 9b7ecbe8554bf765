import type { SessionReport } from '../../supervisor/status-report.ts';
import type { Log } from '../daemon-voice.ts';
import type { DemoStage } from './demo-stage.ts';
import { createWitness, type Witness } from './witness.ts';

/** What is typed into the sessions, in turn; the agents do what stands in the brackets. */
const PROMPTS = [
  'Tidy up the change log [[demo:work 4s]]',
  'Find out why the build is slow [[demo:work 9s]]',
  'May I run the tests? [[demo:ask]]',
  'Sort the open issues by age [[demo:work 6s]]',
];

const LOOK_EVERY_MS = 500;
const PROMPT_EVERY_MS = 3000;
const FIRST_CRASH_MS = 8000;
const CRASH_EVERY_MS = 35_000;
const ANSWER_AFTER_MS = 6000;

export interface DemoWork {
  /** To be told what the daemon logs. */
  readonly hear: Log;
  stop(): void;
}

/**
 * Gives the agents something to do, as a person at each session would, kills one of them in the
 * middle of it from time to time, and asks the one that came back what it still knows.
 */
export function startDemoWork(stage: DemoStage): DemoWork {
  const witness = createWitness(stage);
  const give = workGiver(stage, witness);
  const crash = crasher(stage);
  const timers = [
    setInterval(give, PROMPT_EVERY_MS),
    setInterval(() => {
      witness.look();
      crash();
    }, LOOK_EVERY_MS),
  ];
  return { hear: witness.hear, stop: () => timers.forEach(clearInterval) };
}

function workGiver(stage: DemoStage, witness: Witness): () => void {
  let turn = 0;
  return () => {
    if (answerOne(stage)) return;
    const session = longestIn('ready', stage).find(({ name }) => !witness.isWith(name));
    const prompt = PROMPTS[turn % PROMPTS.length];
    if (session === undefined || prompt === undefined) return;
    turn += 1;
    stage.type(session.name, prompt);
  };
}

/** The person at the session answers; the daemon never does. */
function answerOne(stage: DemoStage): boolean {
  const [session] = longestIn('waiting', stage);
  if (session?.since == null) return false;
  if (Date.now() - Date.parse(session.since) < ANSWER_AFTER_MS) return false;
  stage.type(session.name, 'y');
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

/** Kills when it is time and an agent works; to be called often. */
function crasher(stage: DemoStage): () => void {
  let dueMs = performance.now() + FIRST_CRASH_MS;
  return () => {
    if (performance.now() >= dueMs && killOne(stage)) dueMs = performance.now() + CRASH_EVERY_MS;
  };
}

/** In turn, so that none of them comes near the restarts that a session is allowed. */
function killOne({ sessions, tell, kill }: DemoStage): boolean {
  const working = sessions().filter(({ substate }) => substate === 'running');
  const [victim] = working.toSorted((a, b) => a.restarts - b.restarts);
  if (!victim?.pid) return false;
  tell(`kill -9 ${victim.pid}: the agent of ${victim.name}, in the middle of its work`);
  kill(victim.pid);
  return true;
}
