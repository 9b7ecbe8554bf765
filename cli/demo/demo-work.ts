import type { SessionReport } from '../../supervisor/status-report.ts';
import type { Log } from '../daemon-voice.ts';
import type { DemoStage } from './demo-stage.ts';
import { createLimiter } from './limiter.ts';
import { createTaskGiver } from './task-giver.ts';
import { createWitness } from './witness.ts';

const LOOK_EVERY_MS = 500;
const TASK_EVERY_MS = 2000;
const FIRST_CRASH_MS = 8000;
const CRASH_EVERY_MS = 35_000;
const ANSWER_AFTER_MS = 6000;
/** The first item of the dialog's list: yes. */
const ANSWER = '1';

export interface DemoWork {
  /** To be told what the daemon logs. */
  readonly hear: Log;
  /** Nothing more is done or told. */
  stop(): void;
}

/**
 * Adds tasks, answers the agent that asks a person, kills one in the middle of its task from time to time,
 * and lets an account reach its limit in the middle of another, to tell what became of these tasks.
 */
export function startDemoWork(given: DemoStage): DemoWork {
  let isOver = false;
  const tell = (text: string) => {
    if (!isOver) given.tell(text);
  };
  const stage = { ...given, tell };
  const witness = createWitness(stage);
  const giveTask = createTaskGiver(stage);
  const limiter = createLimiter(stage);
  const crash = crasher(stage);
  const answer = answerer(stage);
  const timers = [
    setInterval(() => void giveTask(), TASK_EVERY_MS),
    setInterval(() => {
      answer();
      void limiter.look();
      if (!limiter.isOn()) crash();
    }, LOOK_EVERY_MS),
  ];
  void giveTask();
  return {
    hear: (entry) => {
      witness.hear(entry);
      limiter.hear(entry);
    },
    stop: () => {
      isOver = true;
      timers.forEach(clearInterval);
    },
  };
}

/** The person at the session answers, once for each time it is asked; the daemon never does. */
function answerer(stage: DemoStage): () => void {
  const answered = new Set<string>();
  return () => {
    for (const { name, substate, since } of stage.sessions()) {
      if (substate !== 'waiting' || since === null) continue;
      const asked = `${name} ${since}`;
      if (answered.has(asked) || Date.now() - Date.parse(since) < ANSWER_AFTER_MS) continue;
      answered.add(asked);
      stage.type(name, ANSWER);
    }
  };
}

/** Kills when it is time and an agent works; to be called often. */
function crasher(stage: DemoStage): () => void {
  let dueMs = performance.now() + FIRST_CRASH_MS;
  return () => {
    if (performance.now() >= dueMs && killOne(stage)) dueMs = performance.now() + CRASH_EVERY_MS;
  };
}

/**
 * In turn, so that none of them comes near the restarts that a session is allowed; of those with as many the
 * one that began last, whose task is not just coming to its end.
 */
function killOne(stage: DemoStage): boolean {
  const working = stage.sessions().filter(isAtWork);
  const [victim] = working.toSorted((a, b) => a.restarts - b.restarts || beganLater(a, b));
  if (!victim?.pid || victim.task === null) return false;
  const what = `in the middle of ${stage.titleOf(victim.task)}`;
  stage.tell(`kill -9 ${victim.pid}: the agent of ${victim.name}, ${what}`);
  stage.kill(victim.pid);
  return true;
}

function beganLater(a: SessionReport, b: SessionReport): number {
  return (b.since ?? '').localeCompare(a.since ?? '');
}

function isAtWork({ substate, task }: SessionReport): boolean {
  return substate === 'running' && task !== null;
}
