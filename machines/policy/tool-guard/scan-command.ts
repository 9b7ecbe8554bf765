import type { Assignment, Command, CommandArgument, Word } from 'unbash';
import { expandWord } from './expand-word.ts';
import { followBuiltin } from './follow-builtin.ts';
import { type Argument, programName, textsOf } from './invocation.ts';
import { redirectedBy } from './redirections.ts';
import { type ScanPlace, visitChildren } from './scan-place.ts';
import { scanProgram } from './scan-program.ts';
import { valuesOf } from './shell-state.ts';

/** Notes what one simple command runs, writes, and changes for those after it. */
export function scanCommand(command: Command, place: ScanPlace): void {
  const given = command.name === undefined ? command.args : [command.name, ...command.args];
  const words = given.flatMap((word) => argumentsOf(word, place));
  const { writes, ...stdin } = redirectedBy(command.redirects, place);
  for (const part of [...command.prefix, ...given]) {
    if (part.type !== 'Assignment') continue;
    visitChildren(part, place);
    assign(part, place);
  }
  scanProgram({ words, writes, takesMore: false }, { ...place, ...stdin });
  const [program, ...args] = words;
  if (program !== undefined) {
    followBuiltin(programName(program.text), textsOf({ args }), place.state);
  }
}

function argumentsOf(word: CommandArgument, place: ScanPlace): readonly Argument[] {
  const from = visitChildren(word, place);
  const texts =
    word.type === 'Word'
      ? expandWord(word, place.state)
      : valuesAssigned(word, place).map((value) => `${word.name}=${value}`);
  return texts.map((text) => ({ text, from }));
}

function assign(assignment: Assignment, place: ScanPlace): void {
  const { name, append, index } = assignment;
  const { variables } = place.state;
  const values = valuesAssigned(assignment, place);
  if (append !== true) variables.set(name, values);
  else if (index === undefined) variables.set(name, appended(valuesOf(name, place.state), values));
}

function appended(before: readonly string[], more: readonly string[]): readonly string[] {
  return before.flatMap((value) => more.map((next) => value + next));
}

function valuesAssigned({ value }: Assignment, place: ScanPlace): readonly string[] {
  const words: readonly Word[] = value.type === 'Word' ? [value] : value.elements;
  const values = words.flatMap((word) => expandWord(word, place.state));
  return values.length === 0 ? [''] : values;
}
