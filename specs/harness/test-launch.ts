import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeliverParts } from '../../actors/deliver/look.ts';
import type { LaunchParts } from '../../actors/launch/launch-agent.ts';
import type { GoneParts } from '../../actors/process/until-gone.ts';
import type { CheckError } from '../../config/types.ts';
import type {
  AgentLaunch,
  AgentStatus,
  AgentStatusWord,
  Pane,
  PaneLaunch,
  ProcessIdentity,
  SessionFacts,
} from '../../machines/ports.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import type { TurnSeen } from '../../machines/signals.ts';
import { sessionFacts } from './facts.ts';
import { createFakeTmux } from './fake-tmux.ts';
import { openMemoryStore } from './memory-store.ts';
import { tempDir } from './temp-dir.ts';

/** What changes something outside; the rest only looks. */
const CHANGES = ['create', 'respawn', 'refill', 'adopt', 'end', 'intend', 'prepare'] as const;
type Change = (typeof CHANGES)[number];

const SAYS_LITTLE = { waitingFor: null, account: 'first', cwd: null } as const;

/** The launch actor's world: tmux, processes and store in memory, with what was changed, in order. */
export function createTestLaunch() {
  const calls: Change[] = [];
  const noting =
    <A extends readonly unknown[], R>(change: Change, call: (...given: A) => R) =>
    (...given: A): R => {
      calls.push(change);
      return call(...given);
    };
  const fake = createFakeTmux();
  const workdir = tempDir();
  const store = openMemoryStore();
  const transcripts = new Set<string>();
  /** What a transcript shows of a task, by `<conversation> <task>`. */
  const turns = new Map<string, TurnSeen>();
  /** The prompts of tasks. */
  const texts = new Map<string, string>();
  const statuses = new Map<number, AgentStatus>();
  const prepared: AgentLaunch[] = [];
  const quarantined: string[] = [];
  const inOrder: string[] = [];
  const world = {
    errors: [] as readonly CheckError[],
    /** Accounts that are at their limit, or out of use for another reason. */
    unusable: [] as readonly string[],
    command: '/bin/client' as string | null,
    /** What every client says that says nothing of its own; null = nothing. */
    says: null as AgentStatusWord | null,
    /** Conversations whose transcript is in the folder of another directory than their own. */
    misplaced: [] as readonly string[],
    /** Agents that no store and no pane tells of, by conversation. */
    lost: {} as Record<string, readonly ProcessIdentity[]>,
    /** What happens as the previous agent ends. */
    onEnd: () => {},
    onSleep: () => {},
  };
  /** By pid of the agent. */
  const conversations = new Map<number, string>();
  const started = async (starting: Promise<Pane>, { command }: PaneLaunch): Promise<Pane> => {
    const pane = await starting;
    conversations.set(pane.agent.pid, command.at(-1) ?? '');
    return pane;
  };
  const parts: LaunchParts & DeliverParts & GoneParts = {
    accounts: [
      { name: 'first', home: '/first', priority: 1 },
      { name: 'second', home: '/second', priority: 2 },
    ],
    tmux: {
      ...fake,
      create: noting('create', (launch) => started(fake.create(launch), launch)),
      respawn: noting('respawn', (pane, launch) => started(fake.respawn(pane, launch), launch)),
      refill: noting('refill', (launch) => started(fake.refill(launch), launch)),
      adopt: noting('adopt', fake.adopt),
    },
    agent: {
      prepare: noting('prepare', async (launch) => {
        prepared.push(launch);
        return ['sh', launch.conversation];
      }),
      hasTranscript: async (conversation, directory) =>
        transcripts.has(conversation) &&
        (directory === undefined || !world.misplaced.includes(conversation)),
      turnOf: async (conversation, task) =>
        turns.get(`${conversation} ${task}`) ?? { prompted: false, outcome: null },
      writePaste: async (session, text) => {
        const file = join(workdir, `.paste-${session}`);
        writeFileSync(file, text);
        return file;
      },
      status: async (agent) => {
        const conversation = conversations.get(agent.pid);
        const said = statuses.get(agent.pid);
        if (said !== undefined || world.says === null || conversation === undefined) {
          return said ?? null;
        }
        const launch = prepared.findLast((one) => one.conversation === conversation);
        const account = launch?.account.name ?? SAYS_LITTLE.account;
        return { ...SAYS_LITTLE, agent, conversation, account, status: world.says };
      },
      onStatus: () => () => {},
      hasHooks: () => true,
      lastFailure: async () => null,
      close: async () => {},
    },
    processes: {
      ...fake.processes,
      end: noting('end', async (process, graceMs) => {
        await fake.processes.end(process, graceMs);
        world.onEnd();
      }),
      lostAgents: (conversation) => world.lost[conversation] ?? [],
    },
    store: { noteIntent: noting('intend', store.noteIntent) },
    checkAccount: () => world.errors,
    findCommand: async () => world.command,
    onQuarantined: ({ name }) => void quarantined.push(name),
    onInOrder: ({ name }) => void inOrder.push(name),
    isUsable: (account) => !world.unusable.includes(account),
    graceMs: 5000,
    textOf: async (task) => texts.get(task) ?? null,
    resumePrompt: 'Go on.',
    now: Date.now,
    sleep: async () => world.onSleep(),
  };
  return {
    parts,
    fake,
    store,
    transcripts,
    turns,
    texts,
    statuses,
    prepared,
    quarantined,
    inOrder,
    world,
    calls,
    requestFor: (
      facts: Partial<SessionFacts> = {},
      more: Partial<LaunchRequest> = {},
    ): LaunchRequest => ({
      facts: sessionFacts({ agent: null, workdir, ...facts }),
      isPersons: false,
      previous: null,
      goesAhead: false,
      reason: 'boot',
      newMark: 'new-mark',
      task: null,
      newConversation: 'another',
      anew: null,
      ...more,
    }),
  };
}
