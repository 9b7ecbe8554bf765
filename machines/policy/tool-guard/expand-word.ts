import type {
  ParameterDefaultOperation,
  ParameterExpansionPart,
  Script,
  Word,
  WordPart,
} from 'unbash';
import { parse } from 'unbash';
import { choicesIn } from './braces.ts';
import { type ShellState, valuesOf } from './shell-state.ts';
import { withHome } from './tilde.ts';
import { ANYTHING, UNKNOWN } from './unseen.ts';

/** Where the shell splits a value that is not quoted. */
const SPLIT = '\u0002';
/** A word with more values than this is not looked into. */
const MOST_VALUES = 64;

const QUOTES: ReadonlySet<string> = new Set([
  'SingleQuoted',
  'DoubleQuoted',
  'AnsiCQuoted',
  'LocaleString',
]);

/**
 * What the shell makes of a word: no argument, one, or several. A word with several possible values
 * gives all of them.
 */
export function expandWord(word: Word, state: ShellState): readonly string[] {
  const parts = word.parts ?? [
    { type: 'Literal', value: word.value, text: word.text, pos: word.pos, end: word.end } as const,
  ];
  const isQuoted = parts.some(({ type }) => QUOTES.has(type));
  return combined(parts.map((part, i) => valuesOfPart(part, { state, isFirst: i === 0 })))
    .flatMap((value) => value.split(SPLIT))
    .filter((value) => value !== '' || isQuoted);
}

interface Place {
  readonly state: ShellState;
  readonly isFirst: boolean;
}

function valuesOfPart(part: WordPart, { state, isFirst }: Place): readonly string[] {
  switch (part.type) {
    case 'Literal':
      return [isFirst ? withHome(part.value, part.text, state) : part.value];
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [part.value];
    case 'DoubleQuoted':
    case 'LocaleString':
      return combined(part.parts.map((child) => valuesInQuotes(child, state)));
    case 'Glob':
    case 'ExtendedGlob':
      return [ANYTHING];
    case 'BraceExpansion':
      return braceValues(part.text, state);
    default:
      return valuesInQuotes(part, state).map(asUnquoted);
  }
}

function valuesInQuotes(part: WordPart, state: ShellState): readonly string[] {
  switch (part.type) {
    case 'Literal':
      return [part.value];
    case 'SimpleExpansion':
      return valuesOf(part.text.slice(1), state);
    case 'ParameterExpansion':
      return parameterValues(part, state);
    case 'CommandExpansion':
      return [part.script === undefined ? UNKNOWN : printedBy(part.script, state)];
    default:
      return [UNKNOWN];
  }
}

/** `{a,b}` gives both; `{1..9}` is taken for a pattern. */
function braceValues(text: string, state: ShellState): readonly string[] {
  const choices = choicesIn(text.slice(1, -1));
  if (choices.length < 2) return [ANYTHING];
  return choices.flatMap((choice) => expandText(choice, state));
}

function expandText(text: string, state: ShellState): readonly string[] {
  const command = parse(`_ ${text}`).commands[0]?.command;
  if (command?.type !== 'Command') return [text];
  const word = command.args[0];
  return word?.type === 'Word' ? expandWord(word, state) : [text];
}

function parameterValues(part: ParameterExpansionPart, state: ShellState): readonly string[] {
  if (part.prefix !== undefined) return [UNKNOWN];
  const values = valuesOf(part.parameter, state);
  if (part.operation === undefined) return values;
  const filled = values.filter((value) => value !== '');
  if (part.operation.type === 'Default') return defaulted(filled, part.operation, state);
  return filled.length === 0 ? [''] : [UNKNOWN];
}

/** `${x:-other}`, `${x:+other}`, `${x:?complaint}`. */
function defaulted(
  filled: readonly string[],
  { operator, operand }: ParameterDefaultOperation,
  state: ShellState,
): readonly string[] {
  const isEmpty = filled.length === 0;
  // It ends the command then.
  if (operator.endsWith('?')) return isEmpty ? [UNKNOWN] : filled;
  const isOther = operator.endsWith('+') !== isEmpty;
  if (!isOther) return isEmpty ? [''] : filled;
  const other = expandWord(operand, state);
  return other.length === 0 ? [''] : other;
}

/** What `$(pwd)`, `$(echo …)` and `$(mktemp)` print; what others do is known when they have run. */
function printedBy({ commands }: Script, state: ShellState): string {
  const command = commands.length === 1 ? commands[0]?.command : undefined;
  if (command?.type !== 'Command') return UNKNOWN;
  const name = command.name?.value;
  if (name === 'pwd') return state.cwd;
  if (name === 'mktemp') return `/tmp/tmp.${ANYTHING}`;
  if (name !== 'echo' && name !== 'printf') return UNKNOWN;
  return command.args
    .flatMap((arg) => (arg.type === 'Word' ? expandWord(arg, state) : [arg.text]))
    .filter((arg) => !/^-[neE]+$|^%s(?:\\n)?$/.test(arg))
    .join(' ');
}

/** A value that is not quoted is split at blanks, and its patterns are patterns. */
function asUnquoted(value: string): string {
  return value.replaceAll(/\s+/g, SPLIT).replaceAll(/[*?]|\[.*?\]/g, ANYTHING);
}

function combined(lists: readonly (readonly string[])[]): readonly string[] {
  let values: readonly string[] = [''];
  for (const list of lists) {
    if (values.length * list.length > MOST_VALUES) return [UNKNOWN];
    values = values.flatMap((value) => list.map((next) => value + next));
  }
  return values;
}
