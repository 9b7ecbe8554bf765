import type { For, Pipeline, Select, Function as ShellFunction, SyntaxNode } from 'unbash';
import { parse } from 'unbash';
import { expandWord } from './expand-word.ts';
import { isForkBomb } from './fork-bomb.ts';
import { type Invocation, textsOf } from './invocation.ts';
import { redirectedBy } from './redirections.ts';
import { scanCommand } from './scan-command.ts';
import { type Scan, type ScanPlace, visitChildren } from './scan-place.ts';
import { scanProgram } from './scan-program.ts';
import { forked, type ShellState } from './shell-state.ts';
import { UNKNOWN } from './unseen.ts';

/** Nobody nests commands deeper in earnest. */
const DEEPEST = 12;

/**
 * Finds what a command of `bash` may run: in lists, pipes, loops, functions and subshells, in
 * `$(…)`, in `bash -c '…'`, `eval`, here-documents and behind `sudo`, `env`, `xargs`. Of branches,
 * all are taken, one after the other. Throws when commands are nested too deep to be looked through.
 *
 * @param state what the shell that runs it knows; it is changed on the way
 */
export function scanShell(text: string, state: ShellState): Scan {
  const scan: Scan = { invocations: [], isForkBomb: false };
  read(text, { state, fedBy: [], input: null, depth: 0, scan, visit, read });
  return scan;
}

function read(text: string, place: ScanPlace): void {
  if (place.depth > DEEPEST) throw new Error('the command is nested too deep to be looked through');
  const script = parse(text);
  visit(script, place);
  if (script.errors === undefined || !text.includes('\n')) return;
  // Here the parser and a shell may part: each line is looked at for itself as well.
  for (const line of text.split('\n')) visit(parse(line), inSubshell(place));
}

function visit(node: SyntaxNode, place: ScanPlace): void {
  switch (node.type) {
    case 'Command':
      scanCommand(node, place);
      break;
    case 'Redirected':
      visitRedirected(node, place);
      break;
    case 'Pipeline':
      visitPipeline(node, place);
      break;
    case 'Function':
      visitFunction(node, place);
      break;
    case 'For':
    case 'Select':
      visitLoop(node, place);
      break;
    default:
      visitChildren(node, isSubshell(node) ? inSubshell(place) : place);
  }
}

const SUBSHELLS: ReadonlySet<string> = new Set([
  'Subshell',
  'Coproc',
  'CommandExpansion',
  'ProcessSubstitution',
]);

function isSubshell(node: SyntaxNode): boolean {
  return node.type === 'Statement' ? node.background === true : SUBSHELLS.has(node.type);
}

function inSubshell(place: ScanPlace): ScanPlace {
  return { ...place, state: forked(place.state) };
}

/** `{ …; } > file`: what is inside is fed by it, too. */
function visitRedirected(
  { command, redirects }: Extract<SyntaxNode, { readonly type: 'Redirected' }>,
  place: ScanPlace,
): void {
  const { writes, ...stdin } = redirectedBy(redirects, place);
  scanProgram({ words: [], writes, takesMore: false }, place);
  visit(command, { ...place, ...stdin });
}

function visitPipeline({ commands }: Pipeline, place: ScanPlace): void {
  const isPipe = commands.length > 1;
  const { invocations } = place.scan;
  const start = invocations.length;
  let { fedBy, input } = place;
  for (const command of commands) {
    visit(command, { ...(isPipe ? inSubshell(place) : place), fedBy, input });
    fedBy = invocations.slice(start);
    input = printedBy(invocations.at(-1));
  }
}

/** What a program prints, when the command itself says it; else null. */
function printedBy(invocation: Invocation | undefined): string | null {
  if (invocation === undefined) return null;
  const { name, input } = invocation;
  const texts = textsOf(invocation);
  if (name === 'echo' || name === 'printf') return texts.join(' ').replaceAll('\\n', '\n');
  const passesOn = name === 'tee' || (name === 'cat' && texts.length === 0);
  return passesOn ? input : null;
}

function visitLoop(node: For | Select, place: ScanPlace): void {
  const words = node.wordlist?.flatMap((word) => expandWord(word, place.state));
  place.state.variables.set(node.name.value, words ?? [UNKNOWN]);
  visitChildren(node, place);
}

/** Read once as it stands, and with its arguments where it is called. */
function visitFunction(node: ShellFunction, place: ScanPlace): void {
  if (isForkBomb(node)) place.scan.isForkBomb = true;
  place.state.functions.set(node.name.value, node.body);
  visit(node.body, inSubshell(place));
}
