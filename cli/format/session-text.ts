import { printable } from '../../config/printable.ts';
import type { SessionDetail } from '../../supervisor/status-report.ts';
import { ago, span } from './ago.ts';
import { factLines } from './fact-lines.ts';
import { failoverFacts, failoverOf } from './failover-words.ts';
import { historyText } from './history-text.ts';
import type { PageStyle } from './page-style.ts';
import { reasonOf, stateCell, storedNote, storedStateCell } from './session-words.ts';

export interface SessionTextOptions extends Pick<PageStyle, 'paint' | 'now'> {
  /** No daemon runs: these are the facts that it stored last. */
  readonly isStored: boolean;
  /** What was on the screen at the last crash that counts; null when there is none. */
  readonly lastScreen: string | null;
}

/** One session and what happened to it, for a person. */
export function sessionText(session: SessionDetail, options: SessionTextOptions): string {
  return [
    headline(session, options),
    factBlock(session, options),
    historyText(session, options),
    screenLines(options),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function headline(session: SessionDetail, options: SessionTextOptions): string {
  const { paint, now, isStored } = options;
  const { text, style = 'reset' } = (isStored ? storedStateCell : stateCell)(session);
  const { since } = session;
  const lasting = since === null ? '' : ` for ${span(now - Date.parse(since))}`;
  const line = `${paint('bold', session.name)}  ${paint(style, text)}${lasting}`;
  return isStored ? `${line}  (no daemon runs: ${storedNote([session])})` : line;
}

function factBlock(session: SessionDetail, { now }: SessionTextOptions): string {
  const { crashedAt, reason } = session;
  // What there is to say of a failover stands in lines of its own.
  const isLeaving = failoverOf(session) !== null && session.substate !== 'waiting';
  return factLines(
    [
      ['account', session.account],
      ['agent', session.pid === null ? null : `pid ${session.pid}`],
      ['conversation', session.conversation],
      ['task', session.task],
      ['restarts', session.restarts],
      ['last crash', crashedAt === null ? null : `${ago(crashedAt, now)} (${crashedAt})`],
      ['reason', (isLeaving ? reason : reasonOf(session)) || null],
      ...failoverFacts(session, now),
    ],
    14,
  );
}

/** Only its end: that is where an agent says why it ends. */
const SCREEN_LINES = 15;

function screenLines({ paint, lastScreen }: SessionTextOptions): string {
  const lines = (lastScreen ?? '').trimEnd().split('\n');
  if (lines.join('') === '') return '';
  const shown = lines
    .slice(-SCREEN_LINES)
    .map((line) => `  ${paint('dim', '│')} ${printable(line)}`);
  return ['its screen at the last crash, which proves nothing:', ...shown].join('\n');
}
