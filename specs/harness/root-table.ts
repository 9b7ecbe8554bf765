import type { InspectionEvent } from 'xstate';
import { newFailover } from '../../machines/failover/changes.ts';
import type { FailoverInput } from '../../machines/failover/types.ts';
import { evidenceOf, troubleOf } from '../../machines/policy/trouble.ts';
import { childNamed } from '../../supervisor/child-ids.ts';
import type { RootEvent } from '../../supervisor/root-types.ts';
import { accountFacts } from './account-facts.ts';
import { crashFact, sessionFacts } from './facts.ts';
import { deadIn, seen, startTestRoot } from './test-root.ts';
import { heldTask, START } from './test-session.ts';
import { limited } from './turn-failures.ts';

type TestRoot = ReturnType<typeof startTestRoot>;

const ENTRY = { event: 'daemon.resumed' } as const;
const CRASH = crashFact({ cause: { kind: 'signal', signal: 9 } });

/** What can happen to the root as events that it is sent, in the words of the table. */
const TOLD = {
  'a session has changed': () => ({ type: 'session.changed', facts: sessionFacts() }),
  'an agent dies': () => ({ type: 'session.died', name: 'pool-0', crash: CRASH }),
  'a session is forgiven': () => ({ type: 'session.forgiven', name: 'pool-0' }),
  'a session has news of a task': () => ({
    type: 'session.task',
    report: { session: 'pool-0', lease: heldTask(), news: { kind: 'cancelled' } },
  }),
  'a session has something for the log': () => ({ type: 'session.logged', entry: ENTRY }),
  'a session has launched': () => ({ type: 'session.launched', name: 'pool-0' }),
  'a session is in trouble': () => ({
    type: 'session.troubled',
    name: 'pool-0',
    trouble: trouble(),
  }),
  'a session is to be retired': () => ({ type: 'session.retire', name: 'pool-0' }),
  'a session is to be spawned': (t) => ({ type: 'session.spawn', session: t.inputOf('pool-0') }),
  'an account has changed': () => ({ type: 'account.changed', facts: accountFacts() }),
  'an account has something for the log': () => ({ type: 'account.logged', entry: ENTRY }),
  'an account is to be spawned': (t) => ({ type: 'account.spawn', input: t.accountInput('first') }),
  'an account is to be told': () => ({
    type: 'account.tell',
    account: 'first',
    event: { type: 'operator.disable' },
  }),
  'nobody is to be told': () => ({
    type: 'account.tell',
    account: 'unknown',
    event: { type: 'operator.disable' },
  }),
  'a failover has changed': (t) => ({
    type: 'failover.changed',
    facts: failoverIn(t, 'pool-1').facts,
  }),
  'a failover has something for the log': () => ({ type: 'failover.logged', entry: ENTRY }),
  'a failover orders its session': () => ({
    type: 'failover.ordered',
    session: 'pool-1',
    order: { type: 'failover.park' },
  }),
  'a failover is to begin': (t) => ({ type: 'failover.begin', input: failoverIn(t, 'pool-0') }),
  'one is open that is to begin': (t) => ({
    type: 'failover.begin',
    input: failoverIn(t, 'pool-1'),
  }),
  'a failover is to be told': () => ({
    type: 'failover.tell',
    session: 'pool-1',
    event: { type: 'failover.no_account', until: null },
  }),
  'a failover ends': () => ({
    type: 'failover.tell',
    session: 'pool-1',
    event: { type: 'failover.stayed' },
  }),
  'a machine breaks': () => ({
    type: 'xstate.error.actor.pool-0',
    actorId: 'pool-0',
    error: new Error('broken'),
  }),
  'the pool is reset': () => ({ type: 'pool.reset' }),
} as const satisfies Readonly<Record<string, (t: TestRoot) => RootEvent>>;

type Told = keyof typeof TOLD;

/** What its watch, its timer and its listing bring. */
const ELSE = {
  'tmux wakes it': (t) => t.wake(),
  'the interval elapses': (t) => t.pass(15_000),
  'one agent too many dies': (t) => {
    for (const name of ['pool-0', 'pool-1', 'pool-0']) {
      t.root.send({ type: 'session.died', name, crash: CRASH });
    }
  },
  'the listing shows a death': (t) =>
    t.list(seen(deadIn('pool-0', t.contextOf('pool-0').agent?.pid ?? 0))),
  'the listing shows nothing new': (t) => t.list({ kind: 'unknown', reason: 'it hangs' }),
  'the listing fails': (t) => t.list(new Error('no listing')),
} as const satisfies Readonly<Record<string, (t: TestRoot) => void | Promise<void>>>;

type Else = keyof typeof ELSE;
export type RootWord = Told | Else;
export const ROOT_WORDS = [...Object.keys(ELSE), ...Object.keys(TOLD)] as readonly RootWord[];

/** The events that the rows are, to the root; what a child of it ends in is named after that child. */
export function typesTold(): readonly string[] {
  const t = startTestRoot();
  const types = Object.values(TOLD).map((event) => event(t).type);
  t.root.stop();
  const ofChildren = ['xstate.error.actor.*', 'xstate.done.actor.*'];
  return [...types, 'tmux.woke', 'interval.elapsed', ...ofChildren];
}

/** A column: a state, and the way there from the beginning. */
export interface RootColumn {
  readonly name: string;
  readonly way: readonly RootWord[];
}

export interface RootCell {
  readonly goes: string;
  /** What it tells the outside, what its machines are told by it, which of them begin or end. */
  readonly tells: readonly string[];
}

/** What the real root does in this state with this; null: it cannot happen there, or `ignored`. */
export async function rootCell(
  { way }: RootColumn,
  word: RootWord,
  inspect: (event: InspectionEvent) => void,
): Promise<RootCell | 'ignored' | null> {
  const letters: string[] = [];
  const t = await rootAfter(way, (event) => {
    inspect(event);
    letters.push(...lettersIn(event));
  });
  if (!isPossible(t, word)) return null;
  const before = { name: nameOf(t), children: childrenOf(t) };
  letters.length = 0;
  t.emitted.length = 0;
  await happen(t, word);
  const tells = new Set([
    ...t.emitted.map(({ type }) => `emits ${type}`),
    ...letters,
    ...changed('ends', before.children, childrenOf(t)),
    ...changed('begins', childrenOf(t), before.children),
  ]);
  const goes = nameOf(t);
  t.root.stop();
  if (goes === before.name)
    return tells.size === 0 ? 'ignored' : { goes: 'stays', tells: [...tells] };
  return { goes, tells: [...tells] };
}

/** Nothing comes of time alone, but the interval. */
const AS_LONG_AS_IT_TAKES = { startTimeoutMs: 1e9 } as const;

/** A real root to which all this has happened: two sessions at work, of which one is leaving its account. */
export async function rootAfter(
  way: readonly RootWord[],
  inspect?: (event: InspectionEvent) => void,
): Promise<TestRoot> {
  const begun = startTestRoot();
  const failovers = [failoverIn(begun, 'pool-1')];
  begun.root.stop();
  const names = ['pool-0', 'pool-1'];
  const t = startTestRoot({
    names,
    failovers,
    poolIntensity: 2,
    overrides: AS_LONG_AS_IT_TAKES,
    ...(inspect && { inspect }),
  });
  await t.settle();
  // Of what has come up, it is told that it may have died: that look is over.
  while (nameOf(t).includes('observing')) await t.list({ kind: 'unknown', reason: 'it hangs' });
  for (const word of way) await happen(t, word);
  return t;
}

/** Its state in words that name it. */
export function nameOf({ root }: Pick<TestRoot, 'root'>): string {
  const { value, context } = root.getSnapshot();
  const again = context.askedAgain === null ? [] : [`again (${context.askedAgain})`];
  return [...leavesOf(value).filter((leaf) => leaf !== 'allowed'), ...again].join(', ');
}

function leavesOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : Object.values(value as object).flatMap(leavesOf);
}

async function happen(t: TestRoot, word: RootWord): Promise<void> {
  if (word in TOLD) t.root.send(TOLD[word as Told](t));
  else await ELSE[word as Else](t);
  await t.settle();
}

function isPossible(t: TestRoot, word: RootWord): boolean {
  return !word.startsWith('the listing') || nameOf(t).includes('observing');
}

/** What the root has told one of its machines. */
function lettersIn(event: InspectionEvent): readonly string[] {
  if (event.type !== '@xstate.event') return [];
  const from = event.sourceRef as Named | undefined;
  const to = event.actorRef as Named;
  if (from?.sessionId !== event.rootId || to.sessionId === event.rootId) return [];
  return event.event.type === 'xstate.init'
    ? []
    : [`tells its ${kindOf(to.id)} ${event.event.type}`];
}

interface Named {
  readonly id?: string;
  readonly sessionId?: string;
}

function kindOf(id = ''): string {
  return id.includes(':') || id.startsWith('pool-') ? childNamed(id).kind : 'effect';
}

/** Effects of its own come and go. */
function childrenOf({ root }: TestRoot): ReadonlyMap<string, unknown> {
  const children = Object.entries(root.getSnapshot().children);
  return new Map(children.filter(([id]) => kindOf(id) !== 'effect'));
}

/** Those that are in the one and not the same in the other. */
function changed(
  word: string,
  one: ReadonlyMap<string, unknown>,
  other: ReadonlyMap<string, unknown>,
): readonly string[] {
  return [...one].flatMap(([id, child]) =>
    other.get(id) === child ? [] : [`${word}: ${kindOf(id)}`],
  );
}

function failoverIn({ chance }: TestRoot, session: string): FailoverInput {
  const beginning = { id: chance.newId(), session, conversation: 'c', from: 'first' };
  const why = { reason: 'operator', evidence: null, wanted: null } as const;
  return {
    facts: newFailover({ ...beginning, ...why }, START),
    index: 0,
    isNew: true,
    clock: chance.clock,
  };
}

function trouble() {
  const failure = limited();
  const told = troubleOf(failure);
  if (told === null) throw new Error('a limit is trouble');
  const of = { session: 'pool-0', conversation: 'c' };
  return { trouble: told, evidence: evidenceOf(failure, of), account: 'first', isOver: false };
}
