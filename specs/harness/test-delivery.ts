import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeliverParts } from '../../actors/deliver/look.ts';
import type { AgentStatusWord, Pane } from '../../machines/ports.ts';
import type { PasteRequest } from '../../machines/session/types.ts';
import type { HeldTask } from '../../machines/tasks.ts';
import { createFakeTmux, type FakeTmux } from './fake-tmux.ts';
import { tempDir } from './temp-dir.ts';
import { agentLaunch } from './tmux-world.ts';

export const DELIVERED_TO = 'pool-1';

const TASK: HeldTask = {
  id: 't_01JD8Z6Q0V3K5N7R9T1W3Y5A7C',
  fence: 1,
  project: '/work',
  conversation: null,
  attempts: 0,
  confirmed: false,
};

/** What happens in the world of a delivery, and when. */
export interface DeliveryWorld {
  /** What the agent says that it does; null = nothing. */
  status: AgentStatusWord | null;
  /** The conversation it says that it is in. */
  conversation: string;
  /** Whether something was said in it, by the disk; an error = the disk does not tell. */
  isUsed: boolean | Error;
  /** The text of every task; null = there is no such task. */
  text: string | null;
  /** Called as each wait begins, with what it is long. */
  onSleep: (ms: number) => void;
  /** Called when a text was pasted. */
  onPaste: () => void;
}

export interface TestDelivery {
  readonly parts: DeliverParts;
  readonly fake: FakeTmux;
  readonly pane: Pane;
  readonly world: DeliveryWorld;
  /** Folder in which texts to be pasted are written. */
  readonly folder: string;
  /** How long each wait was, oldest first. */
  readonly sleeps: readonly number[];
  now(): number;
  requestFor(task?: Partial<HeldTask>): PasteRequest;
  /** All that the agent was sent. */
  received(): string;
}

/** An agent at its prompt in a tmux in memory; waiting takes no time but moves the clock. */
export async function createTestDelivery(): Promise<TestDelivery> {
  const fake = createFakeTmux();
  const pane = await fake.create(agentLaunch(DELIVERED_TO));
  const folder = tempDir();
  const sleeps: number[] = [];
  let now = Date.UTC(2030, 0, 1);
  const world: DeliveryWorld = {
    status: 'idle',
    conversation: 'c',
    isUsed: false,
    text: 'do it',
    onSleep: () => {},
    onPaste: () => {},
  };
  const parts: DeliverParts = {
    tmux: {
      ...fake,
      paste: async (paneId, file) => {
        await fake.paste(paneId, file);
        world.onPaste();
      },
    },
    agent: {
      status: async (agent) => {
        const { status, conversation } = world;
        return status === null
          ? null
          : { agent, conversation, status, waitingFor: null, account: 'first', cwd: '/work' };
      },
      hasTranscript: async () => {
        if (world.isUsed instanceof Error) throw world.isUsed;
        return world.isUsed;
      },
      writePaste: async (session, text) => {
        const file = join(folder, `paste-${session}`);
        writeFileSync(file, text);
        return file;
      },
    },
    textOf: async () => world.text,
    resumePrompt: 'Go on.',
    now: () => now,
    sleep: async (ms, signal) => {
      sleeps.push(ms);
      now += ms;
      world.onSleep(ms);
      signal.throwIfAborted();
    },
  };
  return {
    parts,
    fake,
    pane,
    world,
    folder,
    sleeps,
    now: () => now,
    requestFor: (task = {}) => ({
      session: DELIVERED_TO,
      agent: pane.agent,
      task: { ...TASK, ...task },
      conversation: task.conversation ?? 'c',
    }),
    received: () => fake.received(DELIVERED_TO),
  };
}
