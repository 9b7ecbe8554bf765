import type { Finding, Rule } from '../finding.ts';
import { hasOption, type Invocation, operandsOf, optionValues, textsOf } from '../invocation.ts';
import { absolutePath } from '../paths.ts';
import type { GuardPlaces } from '../places.ts';

/** What others have of a branch is not rewritten, and the branches that all rely on are not moved back. */
export const rewrittenHistory: Rule = (invocation, places) => {
  if (invocation.name !== 'git') return [];
  const { verb, args } = partsOfGit(textsOf(invocation));
  switch (verb) {
    case 'push':
      return pushed(args);
    case 'reset':
      return reset(args, branchAt(invocation, places));
    case 'branch':
      return hasOption(args, '-D', '-f', '--force') ? moved(operandsOf(args), 'branch') : [];
    case 'checkout':
      return moved(optionValues(args, '-B'), 'checkout -B');
    case 'switch':
      return moved(optionValues(args, '-C', '--force-create'), 'switch -C');
    case 'update-ref':
      return moved(operandsOf(args).slice(0, 1), 'update-ref');
    default:
      return [];
  }
};

const PROTECTED = /^(?:refs\/heads\/)?(?:main|master|production)$/;

/** Options of git itself, before the verb. */
const VALUED = ['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--exec-path'];

function partsOfGit(texts: readonly string[]): { verb: string; args: readonly string[] } {
  const [verb = '', ...rest] = operandsOf(texts, VALUED);
  const at = rest.length === 0 && verb === '' ? texts.length : texts.indexOf(verb);
  return { verb, args: texts.slice(at + 1) };
}

function pushed(args: readonly string[]): readonly Finding[] {
  const refs = operandsOf(args, ['-o', '--push-option', '--receive-pack', '--repo']).slice(1);
  const isForced =
    hasOption(args, '-f', '--force', '--mirror') || refs.some((ref) => ref.startsWith('+'));
  if (isForced) return [{ rule: 'force-push', reason: `git push ${args.join(' ')}` }];
  const isDeletion = hasOption(args, '-d', '--delete');
  const deleted = refs.flatMap((ref) => (isDeletion ? ref : (/^:(.+)/.exec(ref)?.[1] ?? [])));
  return moved(deleted, 'push --delete');
}

/** Only back to what is checked out (`HEAD`), which no commit is lost by. */
function reset(args: readonly string[], branch: string | null): readonly Finding[] {
  const [target = 'HEAD'] = operandsOf(args);
  if (!hasOption(args, '--hard') || /^(?:HEAD|@)$/.test(target)) return [];
  return moved(branch === null ? [] : [branch], `reset --hard ${target}`);
}

function moved(branches: readonly string[], how: string): readonly Finding[] {
  return branches
    .filter((branch) => PROTECTED.test(branch))
    .map((branch) => ({ rule: 'reset-protected-branch', reason: `git ${how} of ${branch}` }));
}

function branchAt({ args, cwd, branch }: Invocation, { branchOf }: GuardPlaces): string | null {
  const [directory] = optionValues(textsOf({ args }), '-C');
  if (directory !== undefined) return branchOf(absolutePath(directory, cwd));
  return branch ?? branchOf(cwd);
}
