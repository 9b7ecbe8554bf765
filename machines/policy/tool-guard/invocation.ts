/** One argument as the program is given it, and the commands whose output went into it. */
export interface Argument {
  readonly text: string;
  readonly from: readonly Invocation[];
}

/** One run of a program, as far as the text of a command tells. */
export interface Invocation {
  /** The program, without its directory. */
  readonly name: string;
  /** The commands whose output says which program it is: `$(…)` in its place. */
  readonly namedBy: readonly Invocation[];
  readonly args: readonly Argument[];
  /** The files that redirections open for writing, as they are written. */
  readonly writes: readonly string[];
  readonly cwd: string;
  /** The branch that the command has checked out before; null = it has not. */
  readonly branch: string | null;
  /** The commands whose output it reads: those before it in a pipe, or in `<(…)`. */
  readonly fedBy: readonly Invocation[];
  /** The text it reads, when that is in the command itself: a here-document, or what `echo` pipes. */
  readonly input: string | null;
  /** It is given more arguments by what it is fed with, as by `xargs`. */
  readonly takesMore: boolean;
}

export function textsOf({ args }: Pick<Invocation, 'args'>): readonly string[] {
  return args.map(({ text }) => text);
}

/** The last part of a program's path. */
export function programName(text: string): string {
  return text.split('/').at(-1) ?? '';
}

/**
 * The arguments that are no options. `valued` names the options that take the next argument as their
 * value (`-o`, `--output`).
 */
export function operandsOf(
  args: readonly string[],
  valued: readonly string[] = [],
): readonly string[] {
  const operands: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '--') return [...operands, ...args.slice(i + 1)];
    if (valued.includes(arg)) i += 1;
    else if (arg === '-' || !arg.startsWith('-')) operands.push(arg);
  }
  return operands;
}

/** Whether an option is there: a long one by its name, a short one also among others (`-rf`). */
export function hasOption(args: readonly string[], ...options: readonly string[]): boolean {
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  return before.some((arg) => options.some((option) => isOption(arg, option)));
}

function isOption(arg: string, option: string): boolean {
  if (option.startsWith('--')) return arg === option || arg.startsWith(`${option}=`);
  return /^-[^-]/.test(arg) && arg.includes(option.slice(1));
}

/** The values of an option: `-o FILE`, `-oFILE`, `-sLo FILE`, `--output FILE`, `--output=FILE`. */
export function optionValues(
  args: readonly string[],
  ...options: readonly string[]
): readonly string[] {
  return args.flatMap((arg, i) =>
    options.flatMap(
      (option) => (takesNext(arg, option) ? args[i + 1] : attached(arg, option)) ?? [],
    ),
  );
}

function takesNext(arg: string, option: string): boolean {
  return arg === option || (/^-[A-Za-z]+$/.test(arg) && arg.at(-1) === option.slice(1));
}

function attached(arg: string, option: string): string | undefined {
  const prefix = option.startsWith('--') ? `${option}=` : option;
  return arg.startsWith(prefix) ? arg.slice(prefix.length) : undefined;
}
