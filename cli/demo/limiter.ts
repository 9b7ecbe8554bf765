import type { Log } from '../daemon-voice.ts';
import type { DemoStage } from './demo-stage.ts';
import { LIMIT_TASK } from './demo-tasks.ts';

const FIRST_LIMIT_MS = 20_000;
const LIMIT_EVERY_MS = 75_000;

/** Lets an account reach its limit from time to time, in the middle of a task. */
export interface Limiter {
  /** To be called often; never rejects. */
  look(): Promise<void>;
  readonly hear: Log;
  /** From its task being added until it is done: who kills agents stays away meanwhile. */
  isOn(): boolean;
}

/** Only while every account can be used, or there would be none to go on with. */
export function createLimiter(stage: DemoStage): Limiter {
  let dueMs = performance.now() + FIRST_LIMIT_MS;
  let given = 0;
  let open: string | null = null;
  let isAdding = false;
  const add = async () => {
    const { word, title, directive, priority } = LIMIT_TASK;
    given += 1;
    stage.tell('in the middle of the next task its account reaches its limit, for 20 seconds:');
    const text = `${title} ${directive}`;
    open = await stage.addTask({ key: `${word}-${given}`, text, priority, dependsOn: [] });
  };
  return {
    look: async () => {
      const isDue = performance.now() >= dueMs && open === null && !isAdding;
      if (!isDue || !stage.accounts().every(({ state }) => state === 'available')) return;
      dueMs = performance.now() + LIMIT_EVERY_MS;
      isAdding = true;
      await add().catch((error: unknown) => stage.tell(`no task added: ${String(error)}`));
      isAdding = false;
    },
    hear: (entry) => {
      if (isEnd(entry) && entry.task === open) open = null;
    },
    isOn: () => isAdding || open !== null,
  };
}

type Entry = Parameters<Log>[0];
type End = Extract<Entry, { event: 'task.completed' | 'task.died' | 'task.cancelled' }>;

function isEnd(entry: Entry): entry is End {
  return ['task.completed', 'task.died', 'task.cancelled'].includes(entry.event);
}
