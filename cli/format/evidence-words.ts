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
