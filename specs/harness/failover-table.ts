import type { InspectionEvent } from 'xstate';
import type { FailoverEvent } from '../../machines/failovers.ts';
import { EVIDENCE, startTestFailover } from './test-failover.ts';
import { START } from './test-session.ts';

/** What can happen to a failover, in the words of the table. */
const EVENTS = {
  'is decided': { type: 'failover.decided', to: 'second', why: 'second can be used' },
  'finds no account': { type: 'failover.no_account', until: START + 60_000 },
  'has moved': { type: 'failover.moved' },
  'is refused': {
    type: 'failover.refused',
    code: 'ACCOUNT_QUARANTINED',
    excludes: true,
    retryAt: null,
  },
  'is not taken': {
    type: 'failover.refused',
    code: 'ORDER_NOT_TAKEN',
    excludes: false,
    retryAt: START + 5000,
  },
  'has resumed': { type: 'failover.resumed' },
  'is parked': { type: 'failover.parked' },
  'leaves the next one': {
    type: 'failover.again',
    from: 'second',
    reason: 'limit',
    evidence: EVIDENCE,
  },
  'leaves the same again': {
    type: 'failover.again',
    from: 'first',
    reason: 'limit',
    evidence: EVIDENCE,
  },
  'is asked for elsewhere': { type: 'failover.wanted', wanted: 'third' },
  'need not leave': { type: 'failover.stayed' },
  'is given up': { type: 'failover.given_up', error: 'no directory' },
} as const satisfies Record<string, FailoverEvent>;

type Told = keyof typeof EVENTS;

/** What comes of its journal, and time. */
const ELSE = ['is written', 'is not written', 'a second passes', 'a minute passes'] as const;

export type FailoverStepWord = Told | (typeof ELSE)[number];

export const FAILOVER_WORDS: readonly FailoverStepWord[] = [
  ...(Object.keys(EVENTS) as Told[]),
  ...ELSE,
];

/** The event that this is to the machine; null: something else that happens. */
export function typeOf(word: FailoverStepWord): FailoverEvent['type'] | null {
  return word in EVENTS ? EVENTS[word as Told].type : null;
}

/** A column: a state, and the way there from the beginning. */
export interface FailoverColumn {
  readonly name: string;
  readonly way: readonly FailoverStepWord[];
  /** An operator has asked for it. */
  readonly isAsked?: boolean;
}

export interface FailoverCell {
  readonly goes: string;
  readonly tells: readonly string[];
}

/** What the real machine does in this state with this; null: it cannot happen there, or `ignored`. */
export async function failoverCell(
  column: FailoverColumn,
  word: FailoverStepWord,
  inspect?: (event: InspectionEvent) => void,
): Promise<FailoverCell | 'ignored' | null> {
  const t = await failoverAfter(column, inspect);
  if (!isPossible(t, word)) return null;
  const before = { where: t.where(), facts: t.facts() };
  t.forget();
  await happen(t, word);
  t.root.stop();
  const tells = t.reports.map(wordOf);
  const isSame = t.where() === before.where && t.facts() === before.facts;
  if (isSame && tells.length === 0) return 'ignored';
  return { goes: t.where() === before.where ? 'stays' : t.where(), tells };
}

/** A real machine to which all this has happened; its journal is played by hand. */
export async function failoverAfter(
  { way, isAsked = false }: Omit<FailoverColumn, 'name'>,
  inspect?: (event: InspectionEvent) => void,
) {
  const asked = isAsked ? ({ reason: 'operator', evidence: null } as const) : {};
  const t = startTestFailover(asked, { byHand: true, ...(inspect && { inspect }) });
  for (const word of way) await happen(t, word);
  return t;
}

type TestFailover = ReturnType<typeof startTestFailover>;

async function happen(t: TestFailover, word: FailoverStepWord): Promise<void> {
  if (word === 'is written') t.journal.answer();
  else if (word === 'is not written') t.journal.answer(new Error('no disk'));
  else if (word === 'a second passes') t.jump(1000);
  else if (word === 'a minute passes') t.jump(60_000);
  else t.send(EVENTS[word]);
  await t.settle();
}

function isPossible(t: TestFailover, word: FailoverStepWord): boolean {
  const where = t.where();
  if (word === 'is written' || word === 'is not written') return where.endsWith('noting');
  if (word === 'a second passes') return where.endsWith('retrying');
  return word !== 'a minute passes' || !where.endsWith('retrying');
}

function wordOf(report: TestFailover['reports'][number]): string {
  switch (report.type) {
    case 'failover.changed':
      return 'told';
    case 'failover.ordered':
      return `orders ${report.order.type.replace('failover.', '')}`;
    case 'failover.logged':
      return `logs ${report.entry.event.replace('failover.', '')}`;
  }
}
