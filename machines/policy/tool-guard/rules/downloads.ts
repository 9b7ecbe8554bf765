import type { Rule } from '../finding.ts';
import { type Argument, type Invocation, textsOf } from '../invocation.ts';
import { isShell, readsCommands } from '../shells.ts';

/** What comes from the network, or out of a cipher, is read before it is run. */
export const unreadPrograms: Rule = (invocation) => {
  const source = sourcesOf(invocation).find(({ name }) => UNREAD.has(name));
  if (source === undefined) return [];
  const runner = source === invocation.namedBy[0] ? 'the shell' : invocation.name;
  return [{ rule: 'pipe-to-shell', reason: `${runner} would run what ${source.name} gives` }];
};

const UNREAD: ReadonlySet<string> = new Set([
  ...['curl', 'wget', 'fetch', 'aria2c', 'http', 'https', 'nc', 'ncat', 'netcat', 'socat'],
  ...['base64', 'base32', 'xxd', 'openssl', 'uudecode'],
]);

/** The commands whose output the program runs. */
function sourcesOf(invocation: Invocation): readonly Invocation[] {
  const { name, args, namedBy, fedBy } = invocation;
  if (name === 'eval') return sourcesIn(args);
  if (name === 'source' || name === '.') return fromFile(args[0], fedBy);
  if (isShell(name))
    return fromArguments(invocation, SHELL_CODE, readsCommands(textsOf(invocation)));
  if (!INTERPRETER.test(name)) return namedBy;
  const file = fileIn(args);
  return fromArguments(invocation, CODE, file === undefined || file.text === '-');
}

const INTERPRETER = /^(?:python|pypy|perl|ruby|node|nodejs|deno|bun|php|lua)[\d.]*$/;
/** The option before code: `-c`, and among other letters `-lc`, `-pe`. */
const SHELL_CODE = /^-[A-Za-z]*c[A-Za-z]*$/;
const CODE = /^-(?:[A-Za-z]*[ceErp]|-eval|-print)$/;

function fromArguments(
  { args, fedBy }: Invocation,
  code: RegExp,
  readsStdin: boolean,
): readonly Invocation[] {
  const at = args.findIndex(({ text }) => code.test(text));
  if (at >= 0) return sourcesIn(args.slice(at + 1, at + 2));
  return readsStdin ? fedBy : fromFile(fileIn(args), fedBy);
}

function fileIn(args: readonly Argument[]): Argument | undefined {
  return args.find(({ text }) => text === '-' || !text.startsWith('-'));
}

function fromFile(file: Argument | undefined, fedBy: readonly Invocation[]): readonly Invocation[] {
  return file?.text === '/dev/stdin' ? fedBy : (file?.from ?? []);
}

function sourcesIn(args: readonly Argument[]): readonly Invocation[] {
  return args.flatMap(({ from }) => from);
}
