import { printable } from '../../config/printable.ts';
import { sentenceOf } from '../../supervisor/sentences.ts';
import type { HistoryReport } from '../../supervisor/status-report.ts';
import { ago } from './ago.ts';
import type { PageStyle } from './page-style.ts';

/** Somebody, and what happened to them, newest last. */
export interface Storied {
  readonly name: string;
  readonly history: readonly HistoryReport[];
}

/** What happened, in the sentences of the log, a line for each; empty when nothing did. */
export function historyText(
  { name, history }: Storied,
  { paint, now }: Pick<PageStyle, 'paint' | 'now'>,
): string {
  if (history.length === 0) return '';
  const lines = history.map((entry) => {
    const when = paint('dim', `${entry.at}  ${ago(entry.at, now).padStart(8)}`);
    return `  ${when}  ${printable(withoutName(sentenceOf(entry), name))}`;
  });
  return ['history, newest last:', ...lines].join('\n');
}

/** The sentences are the log's, where each names whom it is about. */
function withoutName(sentence: string, name: string): string {
  return sentence.startsWith(`${name}: `) ? sentence.slice(name.length + 2) : sentence;
}
