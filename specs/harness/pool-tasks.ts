import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { taskIdIn } from '../../machines/policy/task-prompt.ts';
import type { Pane, ProcessIdentity } from '../../machines/ports.ts';
import type { SessionEvent } from '../../machines/session/types.ts';
import type { Signal, TurnFailure, TurnSeen } from '../../machines/signals.ts';
import type { HeldTask, Lease, TaskReport } from '../../machines/tasks.ts';
import { tempDir } from './temp-dir.ts';

/** A client with the prompt of a task in its input or in its turn. */
export interface Prompted {
  readonly session: string;
  readonly agent: ProcessIdentity;
  readonly paneId: string;
  conversation: string;
  /** null: none, or its turn is over. */
  task: string | null;
  taken: boolean;
}

/** What the store and the transcripts remember of tasks, across daemons: in memory, and at once. */
export function createPoolTasks() {
  const held = new Map<string, HeldTask>();
  const rows = new Map<string, TurnSeen>();
  const told: TaskReport[] = [];
  const folder = tempDir();
  let fence = 0;

  const isHeld = ({ session, lease }: TaskReport) => held.get(session)?.fence === lease.fence;
  return {
    told,
    held: async (): Promise<ReadonlyMap<string, HeldTask>> => new Map(held),
    renew: async (): Promise<readonly Lease[]> => [],
    /** Leases a task for this session, unless it holds one; in the directory it works in, or in another. */
    assign: (session: string, project: string): SessionEvent | null => {
      if (held.has(session)) return null;
      fence += 1;
      const id = `t_${String(fence).padStart(26, '0')}`;
      const task = { id, fence, project, conversation: null, attempts: 0, confirmed: false };
      held.set(session, task);
      return { type: 'task.assigned', task };
    },
    cancel: (session: string): SessionEvent | null => {
      const task = held.get(session);
      return task === undefined ? null : { type: 'task.cancelled', id: task.id };
    },
    /** Stores what a session tells. */
    store: (report: TaskReport): void => {
      const { session, news } = report;
      const task = held.get(session);
      if (task === undefined || !isHeld(report)) return;
      told.push(report);
      if (news.kind !== 'confirmed') held.delete(session);
      else held.set(session, { ...task, confirmed: true, conversation: news.conversation });
    },
    /** A launch begins: what follows is another delivery. */
    intend: (session: string): void => {
      const task = held.get(session);
      if (task !== undefined) held.set(session, { ...task, confirmed: false });
    },
    textOf: async (id: string) => `do ${id}`,
    turnOf: async (conversation: string, task: string): Promise<TurnSeen> =>
      rows.get(`${conversation} ${task}`) ?? { prompted: false, outcome: null },
    writePaste: async (session: string, text: string): Promise<string> => {
      const file = path.join(folder, session);
      writeFileSync(file, text);
      return file;
    },
    /** What stands in the client's input box now. */
    paste: (client: Prompted | undefined, file: string): void => {
      if (client)
        Object.assign(client, { task: taskIdIn(readFileSync(file, 'utf8')), taken: false });
    },
    /** The client takes the prompt that it has. */
    take: (client: Prompted): Said | null => {
      const { conversation, task } = client;
      if (task === null || client.taken) return null;
      client.taken = true;
      rows.set(`${conversation} ${task}`, { prompted: true, outcome: null });
      return { kind: 'prompted', task };
    },
    /** Its turn ends in an error of the API. */
    fail: (client: Prompted, failure: TurnFailure): Said => {
      const { conversation, task } = client;
      if (task !== null) rows.set(`${conversation} ${task}`, { prompted: true, outcome: failure });
      Object.assign(client, { task: null, taken: false });
      const { error, message, prompt } = failure;
      return { kind: 'failed', error, message, prompt };
    },
    end: (client: Prompted): Said | null => {
      const { conversation, task } = client;
      if (task === null || !client.taken) return null;
      const outcome = { kind: 'done', result: 'done' } as const;
      rows.set(`${conversation} ${task}`, { prompted: true, outcome });
      Object.assign(client, { task: null, taken: false });
      return { kind: 'stopped', result: outcome.result, background: 0 };
    },
  };
}

/** What a client says by its hooks: a signal, but for where and when. */
export type Said = Signal extends infer One
  ? One extends Signal
    ? Omit<One, 'session' | 'at' | 'conversation'>
    : never
  : never;

export type PoolTasks = ReturnType<typeof createPoolTasks>;

/** A client as it is started: argv is its conversation, and its prompt if it has one. */
export function startedClient(session: string, pane: Pane, argv: readonly string[]): Prompted {
  const [, conversation = '', prompt = ''] = argv;
  return {
    session,
    agent: pane.agent,
    paneId: pane.paneId,
    conversation,
    task: taskIdIn(prompt),
    taken: false,
  };
}
