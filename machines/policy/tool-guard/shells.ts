import { type Invocation, textsOf } from './invocation.ts';

const SHELLS: ReadonlySet<string> = new Set([
  ...['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'fish', 'rbash'],
]);

export function isShell(name: string): boolean {
  return SHELLS.has(name);
}

/** The texts that a program runs as commands. */
export function textsRunBy(invocation: Invocation): readonly string[] {
  const { name, input } = invocation;
  const texts = textsOf(invocation);
  if (name === 'eval' || name === 'watch') return [texts.join(' ')];
  if (name === 'trap') return texts.slice(0, 1);
  if (name === 'env') return valuesOf(texts, /^(?:-S|--split-string)$/);
  if (['su', 'runuser', 'flock', 'script'].includes(name)) return commandsGiven(texts);
  if (!isShell(name)) return [];
  return readsCommands(texts) && input !== null ? [input] : commandsGiven(texts);
}

/** Whether a shell with these arguments runs what it reads from stdin. */
export function readsCommands(texts: readonly string[]): boolean {
  if (commandsGiven(texts).length > 0) return false;
  const first = texts.find((text) => text === '-' || !/^[-+]/.test(text));
  const isTold = texts.some((text) => /^-[A-Za-z]*s/.test(text));
  return isTold || first === undefined || first === '-' || first === '/dev/stdin';
}

/** The values of `-c`, also among other letters (`-lc`). */
function commandsGiven(texts: readonly string[]): readonly string[] {
  return valuesOf(texts, /^-(?:[A-Za-z]*c[A-Za-z]*|-command)$/);
}

/** What `sh -c '…' name first second` calls `$0`, `$1` and `$2`. */
export function positionalsGiven(texts: readonly string[]): readonly string[] {
  const [command] = commandsGiven(texts);
  return command === undefined ? [] : texts.slice(texts.indexOf(command) + 1);
}

function valuesOf(texts: readonly string[], option: RegExp): readonly string[] {
  const at = texts.findIndex((text) => option.test(text));
  return at < 0 ? [] : texts.slice(at + 1, at + 2);
}
