import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../harness/until.ts';
import type { FaultWorld } from './fault-world.ts';
import type { TaskBook } from './task-book.ts';

const PATIENCE_MS = 60_000;
const UNENDED = new Set(['queued', 'blocked', 'running']);

/** Makes the outside good again, as an operator does: accounts without limits, tmux as it was. */
export async function mend({ keeper, gate, clock, pool, trace }: FaultWorld): Promise<void> {
  trace.note('no more faults');
  keeper.spare();
  gate.open();
  clock.setAhead(0);
  for (const { home } of pool.config.accounts) {
    rmSync(join(home, 'demo-failure.json'), { force: true });
  }
}

/** Waits until nothing is to be done any more. Gives what is still to be done when that takes too long. */
export async function settle(world: FaultWorld, book: TaskBook): Promise<string | null> {
  try {
    await until(() => isAtRest(world, book), {
      withinMs: PATIENCE_MS,
      everyMs: 300,
      what: 'rest',
    });
    world.trace.note('at rest');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function isAtRest(world: FaultWorld, book: TaskBook): Promise<true> {
  await clearAccounts(world);
  await book.addAll();
  const { sessions, daemon } = await world.pool.status();
  if (daemon.state !== 'ready') throw new Error(`the daemon is ${daemon.state}`);
  const busy = sessions.filter(({ state, substate }) => `${state}.${substate}` !== 'idle.ready');
  if (busy.length > 0) {
    throw new Error(
      busy.map((one) => `${one.name} is ${one.state}.${one.substate}, ${one.reason}`).join('; '),
    );
  }
  const open = (await world.desk.list()).filter(({ state }) => UNENDED.has(state));
  if (open.length > 0) throw new Error(open.map(({ id, state }) => `${id} is ${state}`).join('; '));
  return true;
}

/** A limit of a demo agent would last until the minute that it named is over; a task may meet one late. */
async function clearAccounts({ pool }: FaultWorld): Promise<void> {
  const { accounts } = await pool.status();
  for (const { name, state } of accounts) {
    if (state === 'limited') await pool.post(`/v1/accounts/${name}/clear`);
  }
}
