import type { LaunchParts } from '../../actors/launch/launch-agent.ts';
import type { CheckError } from '../../config/types.ts';
import type { AgentLaunch, AgentStatus, SessionFacts } from '../../machines/ports.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import { sessionFacts } from './facts.ts';
import { createFakeTmux } from './fake-tmux.ts';
import { openMemoryStore } from './memory-store.ts';
import { tempDir } from './temp-dir.ts';

/** What changes something outside; the rest only looks. */
const CHANGES = ['create', 'respawn', 'refill', 'adopt', 'end', 'intend', 'prepare'] as const;
type Change = (typeof CHANGES)[number];

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
  const store = openMemoryStore();
  const transcripts = new Set<string>();
  const statuses = new Map<number, AgentStatus>();
  const prepared: AgentLaunch[] = [];
  const quarantined: string[] = [];
  const world = {
    errors: [] as readonly CheckError[],
    command: '/bin/client' as string | null,
    /** What happens as the previous agent ends. */
    onEnd: () => {},
  };
  const parts: LaunchParts = {
    accounts: [
      { name: 'first', home: '/first', priority: 1 },
      { name: 'second', home: '/second', priority: 2 },
    ],
    tmux: {
      ...fake,
      create: noting('create', fake.create),
      respawn: noting('respawn', fake.respawn),
      refill: noting('refill', fake.refill),
      adopt: noting('adopt', fake.adopt),
    },
    agent: {
      prepare: noting('prepare', async (launch) => {
        prepared.push(launch);
        return ['sh', launch.conversation];
      }),
      hasTranscript: async (conversation) => transcripts.has(conversation),
      status: async ({ pid }) => statuses.get(pid) ?? null,
      onStatus: () => () => {},
      close: async () => {},
    },
    processes: {
      ...fake.processes,
      end: noting('end', async (process, graceMs) => {
        await fake.processes.end(process, graceMs);
        world.onEnd();
      }),
    },
    store: { noteIntent: noting('intend', store.noteIntent) },
    checkAccount: () => world.errors,
    findCommand: async () => world.command,
    onQuarantined: ({ name }) => void quarantined.push(name),
    graceMs: 5000,
  };
  const workdir = tempDir();
  return {
    parts,
    fake,
    store,
    transcripts,
    statuses,
    prepared,
    quarantined,
    world,
    calls,
    requestFor: (
      facts: Partial<SessionFacts> = {},
      more: Partial<LaunchRequest> = {},
    ): LaunchRequest => ({
      facts: sessionFacts({ agent: null, workdir, ...facts }),
      previous: null,
      reason: 'boot',
      newMark: 'new-mark',
      ...more,
    }),
  };
}
