import { type Argument, type Invocation, programName, textsOf } from './invocation.ts';
import type { ScanPlace } from './scan-place.ts';
import { forked, type ShellState } from './shell-state.ts';
import { isShell, positionalsGiven, textsRunBy } from './shells.ts';
import { UNKNOWN } from './unseen.ts';
import { runByFind, wrappedIn } from './wrappers.ts';

/** A program as it stands in a command, before it is known what it runs. */
export interface Program {
  readonly words: readonly Argument[];
  readonly writes: readonly string[];
  readonly takesMore: boolean;
}

/** Notes a program, and before it what it runs in its turn. */
export function scanProgram({ words, writes, takesMore }: Program, place: ScanPlace): void {
  const [program, ...args] = words;
  if (program === undefined && writes.length === 0) return;
  const invocation: Invocation = {
    name: programName(program?.text ?? ''),
    namedBy: program?.from ?? [],
    args,
    writes,
    cwd: place.state.cwd,
    branch: place.state.branch,
    fedBy: place.fedBy,
    input: place.input,
    takesMore,
  };
  scanInside(invocation, place);
  place.scan.invocations.push(invocation);
}

function scanInside(invocation: Invocation, place: ScanPlace): void {
  const { name, args } = invocation;
  for (const text of textsRunBy(invocation)) {
    // Only `eval` runs in the shell itself.
    const state = name === 'eval' ? place.state : startedBy(invocation, place);
    // A shell that reads its commands from stdin leaves nothing there for those.
    const input = text === place.input ? null : place.input;
    place.read(text, { ...place, state, input, depth: place.depth + 1 });
  }
  callFunction(invocation, place);
  const takesMore = invocation.takesMore || name === 'xargs';
  const inner = name === 'find' ? runByFind(args, UNKNOWN) : [wrappedIn(name, args)];
  for (const words of inner) scanProgram({ words, writes: [], takesMore }, place);
}

function startedBy(invocation: Invocation, { state }: ScanPlace): ShellState {
  const started = forked(state);
  if (!isShell(invocation.name)) return started;
  for (const [i, text] of positionalsGiven(textsOf(invocation)).entries()) {
    started.variables.set(String(i), [text]);
  }
  return started;
}

function callFunction({ name, args }: Invocation, place: ScanPlace): void {
  const body = place.state.functions.get(name);
  if (body === undefined) return;
  const state = forked(place.state);
  // Not once more inside of itself.
  state.functions.delete(name);
  const texts = textsOf({ args });
  for (const [i, text] of texts.entries()) state.variables.set(String(i + 1), [text]);
  for (const all of ['@', '*']) state.variables.set(all, texts);
  place.visit(body, { ...place, state });
}
