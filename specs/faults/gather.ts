import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { livingPids, type ProcessFacts, readProcess } from '../harness/process-tree.ts';
import { until } from '../harness/until.ts';
import { serverOf } from './carry-out.ts';
import type { Evidence, PaneSeen, TaskEvidence } from './evidence.ts';
import type { FaultWorld } from './fault-world.ts';
import type { TaskBook } from './task-book.ts';
import { readTaskJournals } from './task-journal.ts';

type Final = Pick<Evidence, 'lastExit' | 'left' | 'unaskedEnds'>;

const GOING_MS = 5000;

/** Looks at everything while the pool still runs; `portrait` is the operator's, from before. */
export async function gather(
  world: FaultWorld,
  book: TaskBook,
  portrait: string,
): Promise<Omit<Evidence, 'unrest' | keyof Final>> {
  const { slots, witness, operator } = world;
  return {
    slots,
    unread: await unreadSignals(world),
    living: witness.living(),
    overlaps: witness.overlaps(),
    children: witness.children(),
    panes: panesOf(world),
    servers: serverOf(world).length,
    tasks: await tasksOf(world, book),
    operator: {
      isChanged: operator.portrait() !== portrait,
      disturbed: operator.disturbed(),
    },
    saidSessions: await saidSessions(world),
  };
}

/** Ends everything in order, and looks at what has not gone with it. */
export async function finishAll(world: FaultWorld, root: string): Promise<Final> {
  const { keeper, witness, pool, slots } = world;
  const lastExit = await keeper.finish();
  const unaskedEnds = keeper.unasked();
  // Nobody supervises any more: what an agent has left running while it lived, nobody is to end but us.
  const children = witness.children();
  if (pool.socketPath === world.operator.socketPath) {
    for (const slot of slots) quietly(() => pool.tmux('kill-session', '-t', `=${slot}`));
  } else {
    quietly(() => pool.tmux('kill-server'));
  }
  for (const { pid } of children) quietly(() => process.kill(pid, 'SIGKILL'));
  return {
    lastExit,
    unaskedEnds,
    left: [...(await processesLeft(world, root)), ...filesLeft(world)],
  };
}

async function processesLeft(world: FaultWorld, root: string): Promise<readonly string[]> {
  const left = () => belowUs(root).filter((one) => !isOperators(one, world));
  const isOver = () => left().length === 0;
  await until(isOver, { withinMs: GOING_MS, what: 'the last process to end' }).catch(() => {});
  return left().map(({ pid, argv, name }) => `process ${pid}: ${argv.join(' ') || name}`);
}

function belowUs(root: string): readonly ProcessFacts[] {
  return livingPids()
    .filter((pid) => pid !== process.pid)
    .map(readProcess)
    .filter((one) => one !== null)
    .filter(({ environment, argv, cwd }) =>
      [environment, cwd, ...argv].some((text) => text.includes(root)),
    );
}

/** Their server, and what runs in it. */
function isOperators({ pid, parent, environment }: ProcessFacts, world: FaultWorld): boolean {
  const servers = serverOf({ pool: { ...world.pool, socketPath: world.operator.socketPath } });
  return [pid, parent].some((one) => servers.includes(one)) || environment.includes('MINE=');
}

/** Its scratch directory is to be empty. */
function filesLeft({ scratch }: FaultWorld): readonly string[] {
  return readdirSync(scratch).map((name) => `file ${join(scratch, name)}`);
}

/** Waits a moment for those that were on their way. */
async function unreadSignals({ pool }: FaultWorld): Promise<readonly string[]> {
  const state = pool.config.stateDir;
  const unread = () =>
    readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\/signals\/(new|tmp)\/./.test(name),
    );
  const isOver = () => unread().length === 0;
  await until(isOver, { withinMs: GOING_MS, what: 'the last signal to be read' }).catch(() => {});
  return unread();
}

async function tasksOf(world: FaultWorld, book: TaskBook): Promise<readonly TaskEvidence[]> {
  const { desk, pool } = world;
  const journals = readTaskJournals(join(pool.config.sharedState.root, 'projects'));
  const listed = await desk.list();
  return [...book.accepted()].map(([id, { chore }]) => {
    const journal = journals.get(id);
    const said = listed.find((task) => task.id === id);
    return {
      id,
      chore,
      answers: journal?.answers ?? 0,
      conversations: journal?.conversations.length ?? 0,
      saidState: said?.state ?? 'lost',
      saidAttempts: said?.attempts ?? 0,
    };
  });
}

function panesOf({ pool, slots }: FaultWorld): readonly PaneSeen[] {
  return panesListed(pool)
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([session = '', pid, dead]) => ({ session, pid: Number(pid), isDead: dead === '1' }))
    .filter(({ session }) => slots.includes(session));
}

/** Nothing when no server runs. */
function panesListed({ tmux }: FaultWorld['pool']): string {
  try {
    return tmux('list-panes', '-a', '-F', '#{session_name} #{pane_pid} #{pane_dead}');
  } catch {
    return '';
  }
}

async function saidSessions({ pool }: FaultWorld): Promise<Evidence['saidSessions']> {
  const status = await pool.status().catch(() => null);
  return (status?.sessions ?? []).map(({ name, state, reason, pid }) => ({
    name,
    state,
    reason,
    pid,
  }));
}

/** What is gone already need not be ended. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // Gone.
  }
}
