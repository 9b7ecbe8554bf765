import type { HereDoc, Redirect, Redirection, Word } from 'unbash';
import { expandWord } from './expand-word.ts';
import type { Invocation } from './invocation.ts';
import { type ScanPlace, visitChildren } from './scan-place.ts';

/** What the redirections of a command do. */
export interface Redirected {
  /** The files that are opened for writing, as they are written. */
  readonly writes: readonly string[];
  /** What stdin is then; that of the place when no redirection is about it. */
  readonly fedBy: readonly Invocation[];
  readonly input: string | null;
}

export function redirectedBy(redirections: readonly Redirection[], place: ScanPlace): Redirected {
  let redirected: Redirected = { writes: [], fedBy: place.fedBy, input: place.input };
  for (const redirection of redirections) redirected = adding(redirected, redirection, place);
  return redirected;
}

function adding(before: Redirected, redirection: Redirection, place: ScanPlace): Redirected {
  switch (redirection.type) {
    case 'HereDoc':
      return { ...before, ...hereDocument(redirection, place) };
    case 'HereString':
      return { ...before, ...hereString(redirection.target, place) };
    case 'Redirect':
      return { ...before, ...file(before, redirection, place) };
  }
}

function hereDocument(node: HereDoc, place: ScanPlace): Partial<Redirected> {
  const fedBy = visitChildren(node, place);
  return { fedBy, input: node.body.text };
}

function hereString(target: Word | undefined, place: ScanPlace): Partial<Redirected> {
  if (target === undefined) return {};
  const fedBy = visitChildren(target, place);
  return { fedBy, input: expandWord(target, place.state).join(' ') };
}

function file(
  { writes }: Redirected,
  { operator, target }: Redirect,
  place: ScanPlace,
): Partial<Redirected> {
  if (target === undefined) return {};
  const fedBy = visitChildren(target, place);
  if (operator === '<') return { fedBy, input: null };
  const texts = expandWord(target, place.state);
  const isDescriptor = operator.endsWith('&') && texts.every((text) => /^(?:\d+-?|-)$/.test(text));
  return isDescriptor ? {} : { writes: [...writes, ...texts] };
}
