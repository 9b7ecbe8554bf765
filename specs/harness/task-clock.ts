import { sql } from 'kysely';
import type { Engine } from '../../actors/store/engine.ts';
import { createFactStore } from '../../actors/store/fact-store.ts';
import { migrate } from '../../actors/store/migrate.ts';
import type { TaskLimits } from '../../actors/store/shelf.ts';
import { openSqliteEngine } from '../../actors/store/sqlite-engine.ts';
import { createTaskStore } from '../../actors/store/task-store.ts';
import type { TaskStore } from '../../machines/tasks.ts';
import { sessionFacts } from './facts.ts';

/** A task store in memory, for whose database time passes only when it is told so. */
export interface ClockedTasks {
  readonly tasks: TaskStore;
  /** Epoch milliseconds. */
  now(): number;
  pass(ms: number): void;
  /** What is noted before another agent is started in the session. */
  launch(session: string): Promise<void>;
  close(): Promise<void>;
}

export async function openClockedTasks(limits: TaskLimits): Promise<ClockedTasks> {
  let now = 1_700_000_000_000;
  const engine = clockedEngine(() => now);
  await migrate(engine);
  const scope = '/run/tmux.sock';
  const shelf = { engine, scope, limits, write: engine.exclusive };
  const facts = createFactStore(shelf);
  return {
    tasks: createTaskStore(shelf),
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    launch: (session) => facts.noteIntent(session, sessionFacts()),
    close: () => engine.close(),
  };
}

function clockedEngine(now: () => number): Engine {
  const engine = openSqliteEngine(':memory:', { readOnly: false });
  return {
    ...engine,
    get now() {
      return sql<number>`${now()}`;
    },
  };
}
