import type { ShellState } from './shell-state.ts';
import { UNKNOWN } from './unseen.ts';

/**
 * The value of the beginning of a word with its `~` replaced: `~/x`, `~user/x` and `of=~/x`. In the
 * text, as it is written, one can tell a tilde that is quoted and stays one.
 */
export function withHome(value: string, text: string, { home, cwd }: ShellState): string {
  const before = /^[\w-]+=(?=~)/.exec(text)?.[0] ?? '';
  const rest = value.slice(before.length);
  const [tilde = '', name = ''] = /^~([\w+-]*)(?=\/|$)/.exec(text.slice(before.length)) ?? [];
  if (tilde === '') return value;
  return `${before}${homeOf(name, { home, cwd })}${rest.slice(tilde.length)}`;
}

function homeOf(name: string, { home, cwd }: Pick<ShellState, 'home' | 'cwd'>): string {
  if (name === '') return home;
  if (name === '+') return cwd;
  if (name === '-') return UNKNOWN;
  return name === 'root' ? '/root' : `/home/${name}`;
}
