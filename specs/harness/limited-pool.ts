import type { LogEvent } from '../../machines/log-events.ts';
import type { TurnFailure } from '../../machines/signals.ts';
import { carryOutOnAccount } from '../../supervisor/account-verb.ts';
import { failoverOf } from '../../supervisor/children.ts';
import { grantFailover } from '../../supervisor/failover-desk.ts';
import { sessionNamed } from '../../supervisor/pool.ts';
import { reportOfSnapshot } from '../../supervisor/status.ts';
import type { FailoverWish } from '../../supervisor/status-report.ts';
import { type Client, createPoolWorld, type PoolWorldOptions } from './pool-world.ts';
import { turnFailure } from './turn-failures.ts';

export type LimitedPool = Awaited<ReturnType<typeof createLimitedPool>>;

/**
 * A pool in memory whose clients act by themselves: they come up, take the prompt that they have, and
 * fail at once on an account that is at its limit.
 */
export async function createLimitedPool(options: PoolWorldOptions = {}) {
  const world = await createPoolWorld(options);
  /** When the limit of an account ends, epoch milliseconds. */
  const limits = new Map<string, number>();
  /** Accounts on which no client says a word. */
  const silent = new Set<string>();
  let prompts = 0;
  const now = () => world.chance.clock.now();
  const isLimited = ({ account }: Client) => (limits.get(account) ?? 0) > now();
  const lastFailures = new Map<string, TurnFailure>();
  const newFailure = (client: Client): TurnFailure => {
    prompts += 1;
    return limitFailure(limits.get(client.account) ?? null, now(), `prompt-${prompts}`);
  };
  const fail = (client: Client, failure: TurnFailure = newFailure(client)) => {
    world.onDisk.add(client.conversation);
    lastFailures.set(client.session, failure);
    world.failTurn(client, failure);
    world.says(client, 'idle');
  };
  const act = (client: Client) => {
    if (silent.has(client.account)) return;
    if (client.task !== null && !client.taken) {
      world.take(client);
      world.says(client, 'busy');
      if (isLimited(client)) fail(client);
    } else if (client.status === null) world.says(client, 'idle');
  };
  /** Until nobody has anything to do any more without the passing of time. */
  const settle = async () => {
    for (let before = ''; before !== picture(); ) {
      before = picture();
      await world.rest();
      world.living().forEach(act);
      await world.rest();
    }
  };
  const picture = () =>
    JSON.stringify([
      world.living(),
      world.sessions().map(({ value }) => value),
      world.logged.length,
    ]);
  const clientOf = (session: string): Client => {
    const client = world.living().find((one) => one.session === session);
    if (client === undefined) throw new Error(`no client lives in ${session}`);
    return client;
  };
  await settle();
  return {
    ...world,
    limits,
    silent,
    settle,
    clientOf,
    /** How its last turn failed; else how one would now. */
    failureOf: (session: string) => lastFailures.get(session) ?? newFailure(clientOf(session)),
    wish: (wish: Partial<FailoverWish>) => {
      const { config, chance, fake: tmux } = world;
      const whole = { from: null, to: null, sessions: [], dryRun: false, ...wish };
      return grantFailover(
        world.root(),
        { config, chance, tmux, accounts: world.accounts() },
        whole,
      );
    },
    /** Somebody attaches, and types in simulated time. */
    attach: (session: string) => {
      const person = world.fake.attachPerson(session, { at: now() });
      return { type: (keys: string) => person.type(keys, now()), detach: person.detach };
    },
    stateOf: (account: string) => world.accounts().stateOf(account),
    accountVerb: (name: string, verb: 'clear' | 'enable' | 'disable') =>
      carryOutOnAccount(world.root(), { name, verb, until: null }),
    /** The account is at its limit for so long; whoever has a turn on it fails now. */
    limit: (account: string, forMs: number) => {
      limits.set(account, now() + forMs);
      for (const client of world.living()) {
        if (client.account === account && client.taken) fail(client);
      }
    },
    /** The turn there ends so, by default at the limit of its account. */
    fail: (session: string, failure?: TurnFailure) => fail(clientOf(session), failure),
    /** Each of these sessions is given a task and takes it. */
    giveTasks: async (sessions: readonly string[] = world.names) => {
      for (const session of sessions) world.assign(session, false);
      await settle();
    },
    /** The turn of each task that runs ends well. */
    endTurns: async () => {
      for (const client of world.living()) {
        world.endTurn(client);
        world.says(client, 'idle');
      }
      await settle();
    },
    report: (session: string) => {
      const snapshot = sessionNamed(world.root(), session)?.getSnapshot();
      if (snapshot === undefined) throw new Error(`no session ${session}`);
      const { state, substate, account } = reportOfSnapshot(snapshot);
      return `${state}.${substate} on ${account}`;
    },
    stepOf: (session: string) =>
      failoverOf(world.root(), session)?.getSnapshot().context.facts.step,
    of: (event: LogEvent['event']) => world.logged.filter((entry) => entry.event === event),
    /** Time passes in which clients act. */
    wait: async (ms: number) => {
      for (let step = 0; step < 10; step++) {
        world.timer.increment(ms / 10);
        await settle();
      }
    },
  };
}

/** What a client records when its account is at its limit, in the minute in which it ends. */
export function limitFailure(until: number | null, at: number, prompt: string): TurnFailure {
  const resets = until === null ? '' : ` · resets ${timeOfDay(until)} (UTC)`;
  return turnFailure({ message: `You've hit your session limit${resets}`, at, prompt });
}

function timeOfDay(at: number): string {
  const time = new Date(at);
  const hours = time.getUTCHours();
  const minutes = String(time.getUTCMinutes()).padStart(2, '0');
  return `${hours % 12 === 0 ? 12 : hours % 12}:${minutes}${hours < 12 ? 'am' : 'pm'}`;
}
