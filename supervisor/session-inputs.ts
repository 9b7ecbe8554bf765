import type { Slot } from '../config/slots.ts';
import type { Config } from '../config/types.ts';
import { placeAccount } from '../machines/policy/placement.ts';
import type { CrashFact, FactStore, Observation, SessionFacts } from '../machines/ports.ts';
import type { Chance, SessionInput, SessionStart } from '../machines/session/types.ts';
import { planBoot } from './boot-plan.ts';
import { countingCrashes } from './recorder.ts';
import type { Resumed } from './resume-tasks.ts';
import { isRetiring, type Supervised, supervisedSlots } from './supervised.ts';

export interface InputParts extends Supervised {
  readonly store: Pick<FactStore, 'sessions' | 'crashes'>;
  readonly chance: Chance;
  /** The tasks that sessions hold, by session. */
  readonly resumed: ReadonlyMap<string, Resumed>;
}

/** The client says at once that it has a prompt; one that was pasted may still wait for its Enter. */
const CONFIRM_TIMEOUT_MS = 5000;

type Listed = Exclude<Observation, { kind: 'unknown' }>;

/**
 * How each session of the config begins, lowest index first: what the store remembers against what
 * tmux shows. `only` limits it to one slot (its machine broke and is to be spawned again).
 */
export async function sessionInputs(
  parts: InputParts,
  observation: Listed,
  only?: string,
): Promise<readonly SessionInput[]> {
  const remembered = await parts.store.sessions();
  const { bootId } = parts.chance.clock;
  const facts = new Map(remembered.map((known) => [known.name, ofThisBoot(known, bootId)]));
  const slots = supervisedSlots(parts).map((slot, position) => ({ slot, position }));
  const wanted = slots.filter(({ slot }) => only === undefined || slot.name === only);
  return await Promise.all(
    wanted.map(({ slot, position }) =>
      sessionInput(parts, { slot, position, facts: facts.get(slot.name) ?? null, observation }),
    ),
  );
}

interface Found {
  readonly slot: Slot;
  readonly position: number;
  readonly facts: SessionFacts | null;
  readonly observation: Listed;
}

async function sessionInput(
  { config, retiring = [], store, chance, resumed }: InputParts,
  { slot, position, facts, observation }: Found,
): Promise<SessionInput> {
  const crashes = facts === null ? [] : await store.crashes(slot.name);
  const start = planBoot(slot, facts, observation);
  return {
    slot,
    account: slot.account ?? placeAccount(config.accounts, config.failover.strategy, position),
    restart: config.restart,
    startTimeoutMs: config.agent.startTimeoutMs,
    start,
    facts: facts === null || hasAgent(start) ? facts : withKnownAccount(facts, config, position),
    ...countedTimes(
      countingCrashes(crashes, {
        bootId: chance.clock.bootId,
        nowMs: chance.clock.monotonicMs(),
        periodMs: config.restart.periodMs,
      }),
    ),
    // The root knows how its pool is.
    isPoolHalted: false,
    isLeaving: isRetiring({ config, retiring }, slot.name),
    task: resumed.get(slot.name)?.task ?? null,
    ended: resumed.get(slot.name)?.ended ?? null,
    isCounted: resumed.get(slot.name)?.isCounted ?? false,
    tasks: {
      maxAttempts: config.tasks.maxAttempts,
      waitingTimeoutMs: config.tasks.waitingTimeoutMs,
      confirmTimeoutMs: CONFIRM_TIMEOUT_MS,
      stalledAfterMs: config.tasks.stalledAfterMs,
      stalledAction: config.tasks.stalledAction,
    },
    chance,
  };
}

/** Each in its own budget. */
function countedTimes(
  crashes: readonly CrashFact[],
): Pick<SessionInput, 'crashTimes' | 'unreadyTimes'> {
  const timesOf = (isUnready: boolean) =>
    crashes
      .filter(({ cause }) => (cause.kind === 'not_ready') === isUnready)
      .map(({ monotonicMs }) => monotonicMs);
  return { crashTimes: timesOf(false), unreadyTimes: timesOf(true) };
}

/**
 * No process outlives its boot, but pids and start times begin anew with the next one: a stranger who
 * has both must never be taken for the agent, and ended. What ended with the machine is no crash
 * either: such a session is launched again, and its conversation goes on.
 */
function ofThisBoot(facts: SessionFacts, bootId: string): SessionFacts {
  return facts.bootId === bootId ? facts : { ...facts, agent: null, previous: null, bootId };
}

/** A living agent stays where it is, also on an account that has left the config: it is moved when it is at rest. */
function hasAgent(start: SessionStart): boolean {
  return start.kind === 'adopt' || (start.kind === 'held' && start.pane !== null);
}

/** An account that has left the config is nobody's place any more: nothing is started on it. */
function withKnownAccount(facts: SessionFacts, config: Config, position: number): SessionFacts {
  const { accounts, failover } = config;
  if (accounts.some(({ name }) => name === facts.account)) return facts;
  return { ...facts, account: placeAccount(accounts, failover.strategy, position) };
}
