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

/** With whose turn it was, and what its client said, unless the sentence has that already. */
function fullSentence(entry: HistoryReport): string {
  const sentence = sentenceOf(entry);
  const { evidence } = entry.facts;
  const source = entry.event.startsWith('account.') ? sourceOf(evidence) : [];
  const added = source.filter((part) => !sentence.includes(part.text)).map(({ words }) => words);
  return added.length === 0 ? sentence : `${sentence} (${added.join(': ')})`;
}

interface Part {
  readonly text: string;
  readonly words: string;
}

/** Of what another version wrote, only what has the form that is known. */
function sourceOf(evidence: unknown): readonly Part[] {
  if (typeof evidence !== 'object' || evidence === null) return [];
  const { session, message, source } = evidence as Readonly<Record<string, unknown>>;
  if (source === 'operator') return [];
  return [
    ...(typeof session === 'string' ? [{ text: session, words: session }] : []),
    ...(typeof message === 'string' && message !== ''
      ? [{ text: message, words: `"${message}"` }]
      : []),
  ];
}

/** The sentences are the log's, where each names whom it is about. */
function withoutName(sentence: string, name: string): string {
  return sentence.startsWith(`${name}: `) ? sentence.slice(name.length + 2) : sentence;
}
