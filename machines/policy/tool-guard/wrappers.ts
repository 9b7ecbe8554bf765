import type { Argument } from './invocation.ts';

/** A program that runs the one that its arguments name. */
interface Wrapper {
  /** Options whose value is the next argument. */
  readonly valued: readonly string[];
  /** Arguments before the program: the duration of `timeout`. */
  readonly operands: number;
}

const PLAIN: Wrapper = { valued: [], operands: 0 };

const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map([
  ...['command', 'builtin', 'nohup', 'setsid', 'busybox', 'caffeinate'].map(
    (name) => [name, PLAIN] as const,
  ),
  ['exec', { valued: ['-a'], operands: 0 }],
  ['env', { valued: ['-u', '--unset', '-C', '--chdir'], operands: 0 }],
  ['time', { valued: ['-o', '-f', '--output', '--format'], operands: 0 }],
  ['nice', { valued: ['-n', '--adjustment'], operands: 0 }],
  ['ionice', { valued: ['-c', '-n', '--class', '--classdata'], operands: 0 }],
  ['stdbuf', { valued: ['-i', '-o', '-e'], operands: 0 }],
  ['timeout', { valued: ['-k', '-s', '--kill-after', '--signal'], operands: 1 }],
  ['flock', { valued: ['-w', '-E', '--timeout'], operands: 1 }],
  ['watch', { valued: ['-n', '--interval'], operands: 0 }],
  ['chroot', { valued: [], operands: 1 }],
  [
    'sudo',
    { valued: ['-u', '-g', '-p', '-C', '-D', '-R', '-T', '-U', '-h', '-r', '-t'], operands: 0 },
  ],
  ['doas', { valued: ['-u', '-C'], operands: 0 }],
  [
    'xargs',
    {
      valued: ['-a', '-E', '-d', '-I', '-L', '-n', '-P', '-s', '--max-args', '--max-procs'],
      operands: 0,
    },
  ],
]);

/** What a wrapper runs: the program and its arguments; nothing when the program is no wrapper. */
export function wrappedIn(name: string, args: readonly Argument[]): readonly Argument[] {
  const wrapper = WRAPPERS.get(name);
  if (wrapper === undefined || isQuestion(name, args)) return [];
  return args.slice(optionsIn(args, wrapper) + wrapper.operands);
}

/** `command -v rm` runs nothing. */
function isQuestion(name: string, [first]: readonly Argument[]): boolean {
  return name === 'command' && /^-[vV]/.test(first?.text ?? '');
}

/** How many arguments there are before the first operand; settings (`X=1`) are among them. */
function optionsIn(args: readonly Argument[], { valued }: Wrapper): number {
  let count = 0;
  while (count < args.length) {
    const text = args[count]?.text ?? '';
    if (text === '--') return count + 1;
    if (!text.startsWith('-') && !/^\w+=/.test(text)) return count;
    count += valued.includes(text) ? 2 : 1;
  }
  return count;
}

/** What `find` runs for each file it finds; the file itself is unknown. */
export function runByFind(
  args: readonly Argument[],
  unknown: string,
): readonly (readonly Argument[])[] {
  return args.flatMap(({ text }, i) => {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(text)) return [];
    const rest = args.slice(i + 1);
    const end = rest.findIndex((arg) => arg.text === ';' || arg.text === '+');
    const run = end < 0 ? rest : rest.slice(0, end);
    return [run.map((arg) => ({ ...arg, text: arg.text.replaceAll('{}', unknown) }))];
  });
}
