import { type AnyActorRef, assign, createActor, fromPromise, setup, spawnChild } from 'xstate';
import type { Evidence } from '../../machines/accounts.ts';
import type {
  AccountReport,
  FailoverMove,
  SessionReport,
  StatusReport,
} from '../../supervisor/status-report.ts';
import type {
  DaemonApi,
  FailoverOutcome,
  ReloadOutcome,
  VerbOutcome,
} from '../../web/daemon-api.ts';
import { createInspector } from '../../web/inspector.ts';
import type { SupervisorView } from '../../web/supervisor-view.ts';
import { atEnd } from './scope.ts';

/** Put into the context and events of the toys; must never be seen outside. */
export const TOY_SECRET = 'sk-ant-toy-0000-secret';
export const TOY_NAMES = ['toy-1', 'toy-2', 'toy-3'] as const;

type ToyEvent =
  | { readonly type: 'turn.began'; readonly prompt?: string; readonly token?: string }
  | { readonly type: 'turn.ended' }
  | { readonly type: 'agent.died'; readonly reason: string }
  | { readonly type: 'operator.reset' };

/** A session of the pool in small: the same four states, a timer, an effect, guards. */
export const toyMachine = setup({
  types: {
    context: {} as { readonly account: string; readonly token: string; readonly crashes: number },
    events: {} as ToyEvent,
  },
  actors: { launch: fromPromise(async () => 'launched') },
  delays: { backoff: 3_600_000 },
  guards: { hasGivenUp: ({ context }, most: number) => context.crashes > most },
  actions: { count: assign({ crashes: ({ context }) => context.crashes + 1 }) },
}).createMachine({
  id: 'toy',
  context: { account: 'first', token: TOY_SECRET, crashes: 0 },
  initial: 'idle',
  states: {
    idle: {
      initial: 'starting',
      states: {
        starting: {
          invoke: { src: 'launch', onDone: 'ready', onError: { target: '#toy.crashed' } },
        },
        ready: { on: { 'turn.began': '#toy.working' } },
      },
      on: { 'agent.died': { target: 'crashed', actions: 'count' } },
    },
    working: {
      on: { 'turn.ended': 'idle.ready', 'agent.died': { target: 'crashed', actions: 'count' } },
    },
    crashed: {
      always: { guard: { type: 'hasGivenUp', params: 2 }, target: 'failed' },
      after: { backoff: 'idle' },
    },
    failed: {
      on: { 'operator.reset': { target: 'idle', actions: assign({ crashes: 0 }) } },
    },
  },
});

/** An account in small. */
const toyAccount = setup({
  types: { events: {} as { readonly type: 'limit.seen' } | { readonly type: 'operator.clear' } },
}).createMachine({
  id: 'toyAccount',
  initial: 'available',
  states: {
    available: { on: { 'limit.seen': 'limited' } },
    limited: { on: { 'operator.clear': 'available' } },
  },
});

/** A failover in small: it ends, and then its actor goes away. */
const toyFailover = setup({
  types: { events: {} as { readonly type: 'failover.moved' } },
}).createMachine({
  id: 'toyFailover',
  initial: 'moving',
  states: { moving: { on: { 'failover.moved': 'completed' } }, completed: { type: 'final' } },
});

type ToyRootEvent =
  | { readonly type: 'account.appears'; readonly name: string }
  | { readonly type: 'failover.begins'; readonly session: string };

const toyRoot = setup({
  types: { events: {} as ToyRootEvent },
  actors: { toy: toyMachine, account: toyAccount, failover: toyFailover },
}).createMachine({
  id: 'toys',
  entry: TOY_NAMES.map((name) => spawnChild('toy', { id: name })),
  initial: 'watching',
  states: { watching: {} },
  on: {
    'account.appears': {
      actions: spawnChild('account', { id: ({ event }) => `account:${event.name}` }),
    },
    'failover.begins': {
      actions: spawnChild('failover', { id: ({ event }) => `failover:${event.session}` }),
    },
  },
});

export interface ToyPool extends SupervisorView {
  readonly root: AnyActorRef;
  send(name: string, event: ToyEvent): void;
  /** To an account or a failover, by the name of its actor. */
  tell(name: string, event: { readonly type: string }): void;
  /** What was asked of the daemon, in order: `hold toy-1`, `stop`. */
  readonly asked: readonly string[];
}

/** A root actor with three toys, inspected from its first breath; stopped with its owner. */
export function startToyPool(overrides: Partial<DaemonApi> = {}): ToyPool {
  const inspector = createInspector({ limit: 200 });
  const root = createActor(toyRoot, { inspect: inspector.inspect });
  root.start();
  atEnd(() => root.stop());
  const asked: string[] = [];
  const toy = (name: string): AnyActorRef | undefined => root.getSnapshot().children[name];
  const report = (): StatusReport =>
    statusOf(
      TOY_NAMES.map((name) => sessionOf(name, toy(name))),
      accountOf(toy('account:first')),
    );
  const api: DaemonApi = {
    status: report,
    session: (name) => {
      const found = report().sessions.find((one) => one.name === name);
      return found ? { ...found, history: TOY_HISTORY } : null;
    },
    sessionVerb: async (name, verb, options): Promise<VerbOutcome> => {
      asked.push([verb, name, ...(options.restart ? ['with a restart'] : [])].join(' '));
      if (toy(name)) return { ok: true, changed: true };
      return { ok: false, code: 'NOT_FOUND', message: `no session ${name} in the pool` };
    },
    account: async (name) => {
      const found = report().accounts.find((one) => one.name === name);
      if (found === undefined) return null;
      const evidence = found.state === 'limited' ? TOY_EVIDENCE : null;
      return {
        ...found,
        window: null,
        probes: 0,
        since: SINCE,
        evidence,
        history: ACCOUNT_HISTORY,
      };
    },
    accountVerb: (name, verb, until): VerbOutcome => {
      asked.push([verb, name, ...(until === null ? [] : [`until ${until}`])].join(' '));
      if (report().accounts.some((one) => one.name === name)) return { ok: true, changed: true };
      return { ok: false, code: 'NOT_FOUND', message: `no account is named ${name}` };
    },
    resetPool: (): VerbOutcome => {
      asked.push('reset the pool');
      return { ok: true, changed: true };
    },
    reload: async (): Promise<ReloadOutcome> => {
      asked.push('reload');
      return { ok: true, changed: ['accounts'] };
    },
    failover: async (wish): Promise<FailoverOutcome> => {
      asked.push(`failover ${JSON.stringify(wish)}`);
      return { ok: true, moves: TOY_MOVES };
    },
    nudge: () => {
      asked.push('nudge');
    },
    stop: () => {
      asked.push('stop');
    },
    loginLink: () => null,
    place: () => ({ v: 1, config: '/c.yaml', tmuxSocket: '/run/tmux.sock' }),
    whyNoPage: () => '127.0.0.1:1 is taken',
    ...overrides,
  };
  const send: ToyPool['tell'] = (name, event) => toy(name)?.send(event);
  return { root, inspector, api, asked, send, tell: send };
}

const SINCE = '2026-01-02T03:04:05.000Z';
const TOY_HISTORY = [
  { at: SINCE, event: 'session.crashed', facts: { cause: { kind: 'exit', code: 3 } } },
];

const ACCOUNT_HISTORY = [
  { at: SINCE, event: 'account.limited', facts: { account: 'first', until: SINCE } },
];

const TOY_EVIDENCE: Evidence = {
  source: 'signal',
  at: Date.parse(SINCE),
  session: 'toy-2',
  conversation: null,
  prompt: null,
  error: 'rate_limit',
  status: null,
  message: "You've hit your session limit",
};

/** What the verb `failover` of the toys comes to. */
export const TOY_MOVES: readonly FailoverMove[] = [
  {
    session: 'toy-1',
    from: 'first',
    to: 'second',
    action: 'move',
    reason: 'it is asked for',
    rule: 'second is the preferred account that can be used',
    passedOver: [],
  },
];

/** When the limit of an account in small is over. */
export const TOY_RESET = '2100-01-02T03:04:05.000Z';

const TOY_ACCOUNT: AccountReport = {
  name: 'first',
  state: 'available',
  limitedUntil: null,
  usage: { fiveHour: { usedPercent: 62, resetsAt: SINCE, toldAt: SINCE }, sevenDay: null },
  usageOver: { fiveHour: null, sevenDay: null },
};

/** An account that has no actor is available. */
function accountOf(ref: AnyActorRef | undefined): AccountReport {
  const isLimited = ref?.getSnapshot().value === 'limited';
  return isLimited ? { ...TOY_ACCOUNT, state: 'limited', limitedUntil: TOY_RESET } : TOY_ACCOUNT;
}

function sessionOf(name: string, ref: AnyActorRef | undefined): SessionReport {
  const snapshot = ref?.getSnapshot();
  const value: unknown = snapshot?.value;
  const isIdle = typeof value === 'object' && value !== null && 'idle' in value;
  const crashes: number = snapshot?.context.crashes ?? 0;
  return {
    name,
    kind: 'autonomous',
    index: Number(name.replace('toy-', '')),
    state: isIdle ? 'idle' : (value as SessionReport['state']),
    substate: isIdle && value.idle === 'starting' ? 'starting' : null,
    account: 'first',
    task: null,
    conversation: '7b1f9a52-0000-4000-8000-000000000001',
    pid: 4242,
    restarts: crashes,
    crashedAt: crashes > 0 ? SINCE : null,
    reason: null,
    since: SINCE,
    failover: null,
  };
}

function statusOf(sessions: readonly SessionReport[], account: AccountReport): StatusReport {
  const usable = sessions.filter(({ state }) => state === 'idle' || state === 'working').length;
  return {
    v: 1,
    daemon: {
      state: 'ready',
      pid: 4242,
      version: '0.0.0',
      startedAt: SINCE,
      tmux: 'answers',
      tmuxSilentSince: null,
    },
    pool: { min: 3, max: 3, usable, degraded: usable < 3 },
    sessions,
    accounts: [account],
    queue: { queued: 3, blocked: 0, running: 0, done: 1, dead: 0, cancelled: 0 },
  };
}
