import { printable } from '../../config/printable.ts';
import { sentenceOf } from '../../supervisor/sentences.ts';
import type { SessionDetail } from '../../supervisor/status-report.ts';
import type { Paint } from '../terminal/colours.ts';
import { ago } from './ago.ts';
import { stateCell } from './session-words.ts';

export interface SessionTextOptions {
  readonly paint: Paint;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What was on the screen at the last crash that counts; null when there is none. */
  readonly lastScreen: string | null;
}

/** One session and what happened to it, for a person. */
export function sessionText(session: SessionDetail, options: SessionTextOptions): string {
  return [
    headline(session, options),
    factLines(session, options),
    historyLines(session, options),
    screenLines(options),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function headline(session: SessionDetail, { paint, now }: SessionTextOptions): string {
  const { text, style = 'reset' } = stateCell(session);
  const since = session.since === null ? '' : `, since ${ago(session.since, now)}`;
  return `${paint('bold', session.name)}  ${paint(style, text)}${since}`;
}

function factLines(session: SessionDetail, { now }: SessionTextOptions): string {
  const { crashedAt } = session;
  const facts: readonly (readonly [string, string | number | null])[] = [
    ['account', session.account],
    ['agent', session.pid === null ? null : `pid ${session.pid}`],
    ['conversation', session.conversation],
    ['task', session.task],
    ['restarts', session.restarts],
    ['last crash', crashedAt === null ? null : `${ago(crashedAt, now)} (${crashedAt})`],
    ['reason', session.reason],
  ];
  return facts
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `  ${name.padEnd(14)}${printable(String(value))}`)
    .join('\n');
}

function historyLines({ history }: SessionDetail, { paint, now }: SessionTextOptions): string {
  if (history.length === 0) return '';
  const lines = history.map((entry) => {
    const when = paint('dim', `${entry.at}  ${ago(entry.at, now).padStart(8)}`);
    return `  ${when}  ${printable(sentenceOf(entry))}`;
  });
  return ['history, newest last:', ...lines].join('\n');
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
