import { hasOption, type Invocation, operandsOf, optionValues, textsOf } from './invocation.ts';
import { absolutePath } from './paths.ts';

/** A file or directory that a program changes. */
export interface Touched {
  /** As `absolutePath` gives it. */
  readonly path: string;
  /** `linked`: another name for it is made. */
  readonly how: 'written' | 'removed' | 'linked';
}

/** What a run of a program changes on disk, for the programs that are commonly used for it. */
export function touchedBy(invocation: Invocation): readonly Touched[] {
  const args = textsOf(invocation);
  const at =
    (how: Touched['how']) =>
    (text: string): readonly Touched[] =>
      text === '' ? [] : [{ path: absolutePath(text, invocation.cwd), how }];
  return [
    ...[...invocation.writes, ...writtenBy(invocation.name, args)].flatMap(at('written')),
    ...removedBy(invocation.name, args).flatMap(at('removed')),
    ...(invocation.name === 'ln' ? operandsOf(args).slice(0, -1).flatMap(at('linked')) : []),
  ];
}

/** What a program removes by name. */
export function removedBy(name: string, args: readonly string[]): readonly string[] {
  if (name === 'rm' || name === 'unlink') return operandsOf(args);
  if (name === 'shred') return operandsOf(args, ['-n', '-s', '--iterations', '--size']);
  return [];
}

/** What a program moves away. */
export function movedBy(name: string, args: readonly string[]): readonly string[] {
  if (name !== 'mv') return [];
  const operands = operandsOf(args, ['-t', '-S', '--target-directory', '--suffix']);
  return optionValues(args, '-t', '--target-directory').length > 0
    ? operands
    : operands.slice(0, -1);
}

function writtenBy(name: string, args: readonly string[]): readonly string[] {
  return WRITERS.get(name)?.(args) ?? [];
}

const WRITERS: ReadonlyMap<string, (args: readonly string[]) => readonly string[]> = new Map([
  ['tee', (args) => operandsOf(args)],
  ['touch', (args) => operandsOf(args, ['-d', '-r', '-t', '--date', '--reference'])],
  ['truncate', (args) => operandsOf(args, ['-s', '-r', '--size', '--reference'])],
  ...['cp', 'mv', 'install', 'ln'].map((name) => [name, copied] as const),
  ['rsync', (args: readonly string[]) => copiedTo(operandsOf(args, ['-e', '--rsh']))],
  ['scp', (args: readonly string[]) => copiedTo(operandsOf(args, ['-i', '-P', '-F', '-o']))],
  ['dd', (args: readonly string[]) => args.flatMap((arg) => /^of=(.*)/s.exec(arg)?.[1] ?? [])],
  ...['sed', 'gsed', 'perl'].map((name) => [name, editedInPlace] as const),
  ['curl', (args: readonly string[]) => optionValues(args, '-o', '--output')],
  ['wget', (args: readonly string[]) => optionValues(args, '-O', '--output-document')],
  ['ssh-keygen', (args: readonly string[]) => optionValues(args, '-f')],
]);

/** The target, and what would be the file's name if the target is a directory. */
function copied(args: readonly string[]): readonly string[] {
  const [directory] = optionValues(args, '-t', '--target-directory');
  const operands = operandsOf(args, COPY_VALUES);
  return directory === undefined ? copiedTo(operands) : [directory, ...below(directory, operands)];
}

function copiedTo(operands: readonly string[]): readonly string[] {
  const target = operands.at(-1);
  if (target === undefined || operands.length < 2) return [];
  return [target, ...below(target, operands.slice(0, -1))];
}

function below(directory: string, sources: readonly string[]): readonly string[] {
  const names = sources.map((source) => source.split('/').findLast((part) => part !== '') ?? '');
  return names.map((name) => `${directory}/${name}`);
}

const COPY_VALUES = [
  ...['-t', '--target-directory', '-S', '--suffix'],
  ...['-m', '--mode', '-o', '--owner', '-g', '--group'],
];

/** The script is among them; it is no path that matters. */
function editedInPlace(args: readonly string[]): readonly string[] {
  const isInPlace = args.some((arg) => /^(?:-[a-zA-Z]*i|--in-place)/.test(arg));
  return isInPlace && !hasOption(args, '--version') ? operandsOf(args) : [];
}
