import { operandsOf } from './invocation.ts';
import { absolutePath } from './paths.ts';
import type { ShellState } from './shell-state.ts';
import { UNKNOWN } from './unseen.ts';

/** What a command changes for those after it in the same shell: its directory, variables, branch. */
export function followBuiltin(name: string, args: readonly string[], state: ShellState): void {
  switch (name) {
    case 'cd':
    case 'pushd':
      state.cwd = directoryOf(operandsOf(args)[0], state);
      break;
    case 'popd':
      state.cwd = UNKNOWN;
      break;
    case 'read':
    case 'mapfile':
    case 'readarray':
    case 'getopts':
      for (const variable of operandsOf(args)) state.variables.set(variable, [UNKNOWN]);
      break;
    case 'unset':
      for (const variable of operandsOf(args)) state.variables.set(variable, ['']);
      break;
    case 'git':
      state.branch = branchTaken(args) ?? state.branch;
      break;
    default:
  }
}

function directoryOf(operand: string | undefined, { home, cwd }: ShellState): string {
  if (operand === undefined) return home;
  return operand === '-' ? UNKNOWN : absolutePath(operand, cwd);
}

/** The branch that `git checkout` or `git switch` goes to; null when it does not. */
function branchTaken(args: readonly string[]): string | null {
  const [verb, ...rest] = args;
  if ((verb !== 'checkout' && verb !== 'switch') || rest.includes('--')) return null;
  return operandsOf(rest)[0] ?? null;
}
