import { LIMIT_WORDS } from '../../supervisor/sentences.ts';
import type { AccountDetail } from '../../supervisor/status-report.ts';
import { windowText } from './account-table.ts';
import { accountAdvice, accountStateCell } from './account-words.ts';
import { span, until } from './ago.ts';
import { evidenceText } from './evidence-words.ts';
import { factLines } from './fact-lines.ts';
import { historyText } from './history-text.ts';
import type { PageStyle } from './page-style.ts';

/** `account show --json`: what is known of an account, what the config says of it, and who is on it. */
export interface AccountShown extends AccountDetail {
  readonly home: string;
  readonly priority: number;
  /** Names of the sessions whose agent is, or was last, on it. */
  readonly sessions: readonly string[];
}

export interface AccountTextOptions extends Pick<PageStyle, 'paint' | 'now'> {
  /** No daemon runs: these are the facts that it stored last. */
  readonly isStored: boolean;
  /** Milliseconds after the end of a limit from which the account is used again. */
  readonly marginMs: number;
}

/** One account, what led to its state, and what happened to it, for a person. */
export function accountText(account: AccountShown, options: AccountTextOptions): string {
  const { name, history } = account;
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
  const { usage, evidence, window, home, priority, sessions } = account;
  const { now } = options;
  return factLines(
    [
      ['reached', window === null ? null : LIMIT_WORDS[window]],
      ['until', untilText(account, options)],
      ['because', evidence === null ? null : evidenceText(evidence, now)],
      ['to do', accountAdvice(account, home)],
      ['5 hours', windowText(usage.fiveHour, now) || null],
      ['7 days', windowText(usage.sevenDay, now) || null],
      ['home', home],
      ['priority', priority],
      ['sessions', sessions.length === 0 ? 'none' : sessions.join(' ')],
    ],
    10,
  );
}

function untilText(
  { limitedUntil }: AccountShown,
  { now, marginMs }: AccountTextOptions,
): string | null {
  if (limitedUntil === null) return null;
  const again = marginMs === 0 ? '' : `; used again ${span(marginMs)} later`;
  return `${limitedUntil} (${until(limitedUntil, now)})${again}`;
}
