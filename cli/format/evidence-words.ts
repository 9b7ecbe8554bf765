import { printable } from '../../config/printable.ts';
import type { AccountDetail } from '../../supervisor/status-report.ts';
import { span } from './ago.ts';

type Evidence = NonNullable<AccountDetail['evidence']>;

/** What led to the state of an account, in a line: who recorded what, and when. */
export function evidenceText(evidence: Evidence, now: number): string {
  const when = `${span(now - evidence.at)} ago, ${new Date(evidence.at).toISOString()}`;
  return `${what(evidence)} (${SOURCE[evidence.source]}${when})`;
}

/** Who has it from where: what is read on a screen is never among it. */
const SOURCE: Readonly<Record<Evidence['source'], string>> = {
  signal: 'told by a hook of the client ',
  transcript: 'read in the transcript ',
  guard: 'found by the guard ',
  operator: '',
};

function what({ source, session, error, status, message }: Evidence): string {
  const said = message === '' ? '' : printable(message);
  if (source === 'operator') return said === '' ? 'an operator said so' : said;
  if (source === 'guard') return said;
  const kind = [error, ...(status === null ? [] : [`HTTP ${status}`])].filter(Boolean).join(', ');
  const turn = `a turn${session === null ? '' : ` in ${session}`} ended with ${kind || 'an error'}`;
  return said === '' ? turn : `${turn}: "${said}"`;
}

/** A piece of what led to something. */
export interface EvidencePart {
  /** Not worth saying again where this stands already; null = always worth it. */
  readonly text: string | null;
  readonly words: string;
}

/**
 * The same in pieces, for the end of a sentence: whose turn, how it ended, what the client said, who has it from
 * where. None of what an operator or the guard said, which the sentence tells itself; and of what another version
 * wrote, only what has the form that is known.
 *
 * @param at ISO 8601; when the sentence says that it happened
 */
export function evidenceParts(evidence: unknown, at: string): readonly EvidencePart[] {
  if (typeof evidence !== 'object' || evidence === null) return [];
  const { session, error, status, message, source, at: seenAt } = evidence as Facts;
  if (source !== 'signal' && source !== 'transcript') return [];
  const said = textOf(message);
  const code = typeof status === 'number' ? `HTTP ${status}` : null;
  const told = `${SOURCE[source].trim()}${earlier(seenAt, at)}`;
  return [
    ...[textOf(session)].flatMap((text) =>
      text === null ? [] : [{ text, words: `a turn in ${text}` }],
    ),
    ...[textOf(error), code].flatMap((text) => (text === null ? [] : [{ text, words: text }])),
    ...(said === null ? [] : [{ text: said, words: `"${said}"` }]),
    { text: null, words: told },
  ];
}

type Facts = Readonly<Record<string, unknown>>;

function textOf(fact: unknown): string | null {
  return typeof fact === 'string' && fact !== '' ? fact : null;
}

const WORTH_SAYING_MS = 1000;

/** A record may be older than what came of it: a daemon was down, or the account was free meanwhile. */
function earlier(seenAt: unknown, at: string): string {
  const ms = typeof seenAt === 'number' ? Date.parse(at) - seenAt : 0;
  return ms < WORTH_SAYING_MS ? '' : ` ${span(ms)} before`;
}
