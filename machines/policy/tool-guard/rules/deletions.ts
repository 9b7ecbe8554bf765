import type { Finding, Rule } from '../finding.ts';
import { type Invocation, operandsOf, textsOf } from '../invocation.ts';
import { absolutePath, couldBePath, partsOf, realPathOf } from '../paths.ts';
import { broadPlaces, type GuardPlaces, isOwnWork, isSystem } from '../places.ts';
import { movedBy, removedBy } from '../touched-files.ts';
import { ANYTHING, legible, UNKNOWN } from '../unseen.ts';

/** What is removed must lie in the agent's working directory or among temporary files. */
export const removalsOutside: Rule = (invocation, places) => {
  const { name } = invocation;
  const args = textsOf(invocation);
  const named = [...removedBy(name, args), ...namedOnStdin(invocation)].filter((path) =>
    isOutside(realOf(path, invocation, places), places),
  );
  const searched = rootsEmptiedBy(invocation).filter((path) =>
    isOutsideSearch(realOf(path, invocation, places), places),
  );
  // What is moved is not lost, unless it is everything.
  const moved = movedBy(name, args).filter((path) =>
    holdsTooMuch(realOf(path, invocation, places), places),
  );
  return [...named, ...searched, ...moved].map((path) => finding(path, invocation));
};

function finding(path: string, { name, cwd }: Invocation): Finding {
  const what = legible(absolutePath(path, cwd));
  return {
    rule: 'rm-outside-workdir',
    reason: `${name} of ${what}, outside the working directory`,
  };
}

function realOf(path: string, { cwd }: Invocation, { realPath }: GuardPlaces): string {
  return path === '' ? UNKNOWN : realPathOf(absolutePath(path, cwd), { realPath, last: false });
}

function isOutside(path: string, places: GuardPlaces): boolean {
  if (path.startsWith(UNKNOWN)) return false;
  return !isOwnWork(path, places) || isSystem(path, places) || holdsTooMuch(path, places);
}

/** `find` takes away some of what is there, and so may begin where nothing may be taken away whole. */
function isOutsideSearch(path: string, places: GuardPlaces): boolean {
  const { workdir, temporary } = places;
  if (path.startsWith(UNKNOWN) || path === workdir || temporary.includes(path)) return false;
  return !isOwnWork(path, places) || isSystem(path, places);
}

/** The working directory itself, what is above it, or all that is in one of the machine's folders. */
function holdsTooMuch(path: string, places: GuardPlaces): boolean {
  if (path.startsWith(UNKNOWN)) return false;
  const broad = broadPlaces(places);
  if ([places.workdir, ...broad].some((place) => couldBePath(path, place))) return true;
  const parts = partsOf(path);
  const isEverything = parts.at(-1)?.replaceAll(ANYTHING, '') === '';
  return isEverything && broad.includes(`/${parts.slice(0, -1).join('/')}`);
}

/** Where a `find` begins that removes what it finds. */
function rootsEmptiedBy({ name, args, fedBy, takesMore }: Invocation): readonly string[] {
  if (name === 'find')
    return removesWhatItFinds(textsOf({ args })) ? rootsOf(textsOf({ args })) : [];
  if (!takesMore || !isRemover(name)) return [];
  return fedBy.filter((one) => one.name === 'find').flatMap((one) => rootsOf(textsOf(one)));
}

function removesWhatItFinds(args: readonly string[]): boolean {
  return args.some(
    (arg, i) =>
      arg === '-delete' || (/^-(?:exec|ok)/.test(arg) && isRemover(lastPart(args[i + 1] ?? ''))),
  );
}

function rootsOf(args: readonly string[]): readonly string[] {
  const rest = args.filter((arg) => !/^-(?:[HLP]|O\d?)$/.test(arg));
  const end = rest.findIndex((arg) => /^[-(!]/.test(arg));
  const roots = end < 0 ? rest : rest.slice(0, end);
  return roots.length === 0 ? ['.'] : roots;
}

/** What `echo … | xargs rm` names. */
function namedOnStdin({ name, fedBy, takesMore }: Invocation): readonly string[] {
  if (!takesMore || !isRemover(name)) return [];
  return fedBy
    .filter((one) => one.name === 'echo' || one.name === 'printf')
    .flatMap((one) => operandsOf(textsOf(one)))
    .flatMap((text) => text.split(/\s|\\n|\\0/));
}

function isRemover(name: string): boolean {
  return name === 'rm' || name === 'unlink' || name === 'shred';
}

function lastPart(text: string): string {
  return text.split('/').at(-1) ?? '';
}
