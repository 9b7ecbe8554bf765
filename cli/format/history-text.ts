import { printable } from '../../config/printable.ts';
import type { HistoryReport } from '../../supervisor/status-report.ts';
import { ago } from './ago.ts';
import { evidenceParts } from './evidence-words.ts';
import { storyOf } from './move-story.ts';
import type { PageStyle } from './page-style.ts';

/** Somebody, and what happened to them, newest last. */
export interface Storied {
  readonly name: string;
  readonly history: readonly HistoryReport[];
}

/** A person reads so many; a program gets all that are told. */
const SHOWN = 20;

/** What happened last, in the sentences of the log, a line for each; empty when nothing did. */
export function historyText(
  { name, history }: Storied,
  { paint, now }: Pick<PageStyle, 'paint' | 'now'>,
): string {
  if (history.length === 0) return '';
  const lines = history.slice(-SHOWN).map((entry) => {
    const when = paint('dim', `${entry.at}  ${ago(entry.at, now).padStart(8)}`);
    return `  ${when}  ${printable(withoutName(fullSentence(entry), name))}`;
  });
  const earlier = history.length - lines.length;
  const more = earlier === 0 ? [] : [`  ${earlier} earlier ones (--json has them)`];
  return ['history, newest last:', ...more, ...lines].join('\n');
}

/** With what led to it, as far as the sentence does not say so itself. */
function fullSentence(entry: HistoryReport): string {
  const sentence = storyOf(entry);
  const parts = hasEvidence(entry) ? evidenceParts(entry.facts['evidence'], entry.at) : [];
  const added = parts.filter(({ text }) => text === null || !sentence.includes(text));
  return added.length === 0
    ? sentence
    : `${sentence} (${added.map(({ words }) => words).join(', ')})`;
}

/** A crash has evidence, too, which is of another kind. */
function hasEvidence({ event }: HistoryReport): boolean {
  return event.startsWith('account.') || event === 'failover.started';
}

/** The sentences are the log's, where each names whom it is about. */
function withoutName(sentence: string, name: string): string {
  return sentence.startsWith(`${name}: `) ? sentence.slice(name.length + 2) : sentence;
}
