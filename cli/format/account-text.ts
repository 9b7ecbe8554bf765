import { LIMIT_WORDS } from '../../supervisor/sentences.ts';
import type { AccountDetail, FailoverReport } from '../../supervisor/status-report.ts';
import { windowText } from './account-table.ts';
import { accountAdvice, accountStateCell } from './account-words.ts';
import { span, until } from './ago.ts';
import { evidenceText } from './evidence-words.ts';
import { factLines, type NamedFact } from './fact-lines.ts';
import { failoverWords } from './failover-words.ts';
import { historyText } from './history-text.ts';
import { movesFolded } from './move-story.ts';
import type { PageStyle } from './page-style.ts';

/** `account show --json`: what is known of an account, what the config says of it, and who is on it. */
export interface AccountShown extends AccountDetail {
  readonly home: string;
  readonly priority: number;
  /** Names of the sessions whose agent is, or was last, on it. */
  readonly sessions: readonly string[];
  /** Failovers from it or to it that have not ended. */
  readonly moves: readonly AccountMove[];
}

export interface AccountMove extends FailoverReport {
  readonly session: string;
}

export interface AccountTextOptions extends Pick<PageStyle, 'paint' | 'now'> {
  /** No daemon runs: these are the facts that it stored last. */
  readonly isStored: boolean;
  /** Milliseconds after the end of a limit from which the account is used again. */
  readonly marginMs: number;
}

/** One account, what led to its state, and what happened to it, for a person. */
export function accountText(account: AccountShown, options: AccountTextOptions): string {
  const { name } = account;
  const history = movesFolded(account.history);
  return [
    headline(account, options),
    factBlock(account, options),
    historyText({ name, history }, options),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function headline(account: AccountShown, { paint, now, isStored }: AccountTextOptions): string {
  const { text, style = 'reset' } = accountStateCell(account, isStored);
  const { since } = account;
  const lasting = since === null || text === '-' ? '' : ` for ${span(now - Date.parse(since))}`;
  const line = `${paint('bold', account.name)}  ${paint(style, text)}${lasting}`;
  return isStored ? `${line}  (no daemon runs: what it stored last is shown)` : line;
}

function factBlock(account: AccountShown, options: AccountTextOptions): string {
  const { evidence, window, home, priority, sessions } = account;
  const { now } = options;
  return factLines(
    [
      ['reached', window === null ? null : LIMIT_WORDS[window]],
      ['until', untilText(account, options)],
      ['because', evidence === null ? null : evidenceText(evidence, now)],
      ['to do', accountAdvice(account, home)],
      ['5 hours', windowText(account, 'fiveHour', now) || null],
      ['7 days', windowText(account, 'sevenDay', now) || null],
      ['home', home],
      ['priority', priority],
      ['sessions', sessions.length === 0 ? 'none' : sessions.join(' ')],
      ...account.moves.map(moveFact),
    ],
    10,
  );
}

function moveFact(move: AccountMove): NamedFact {
  return ['move', `${move.session} ${failoverWords(move)}`];
}

function untilText(
  { limitedUntil, probes }: AccountShown,
  { now, marginMs }: AccountTextOptions,
): string | null {
  if (limitedUntil === null) return null;
  const again = marginMs === 0 ? '' : `; used again ${span(marginMs)} later`;
  const guess = probes > 0 ? '; a guess: no reset was told, each time in a row waits longer' : '';
  return `${limitedUntil} (${until(limitedUntil, now)})${again}${guess}`;
}
