import type { Finding, Rule } from '../finding.ts';
import { textsOf } from '../invocation.ts';
import { absolutePath, partsOf, realPathOf } from '../paths.ts';
import type { GuardPlaces } from '../places.ts';
import { protectedBy } from '../protected-files.ts';
import { movedBy, type Touched, touchedBy } from '../touched-files.ts';
import { couldBe, legible } from '../unseen.ts';

/** Settings, hooks, keys, start-up files and the system are not an agent's to change. */
export const protectedFiles: Rule = (invocation, places) => {
  const moved = movedBy(invocation.name, textsOf(invocation)).map((text) => ({
    path: absolutePath(text, invocation.cwd),
    how: 'removed' as const,
  }));
  return [...touchedBy(invocation), ...moved].flatMap((touched) => protectedFile(touched, places));
};

/** The same for one file, whatever it is changed with. */
export function protectedFile({ path, how }: Touched, places: GuardPlaces): readonly Finding[] {
  const real = realPathOf(path, { realPath: places.realPath, last: how !== 'removed' });
  const rule = protectedBy(path, places) ?? protectedBy(real, places) ?? wholeFolder(path, how);
  // To point at a program of the system is not to change it.
  if (rule === null || (rule === 'write-system' && how === 'linked')) return [];
  return [{ rule, reason: `${WORDS[how]} ${legible(path)}` }];
}

const WORDS: Readonly<Record<Touched['how'], string>> = {
  written: 'a change of',
  removed: 'the removal of',
  linked: 'another name for',
};

/** With the folder go the settings and hooks in it. */
function wholeFolder(path: string, how: Touched['how']) {
  const last = partsOf(path).at(-1) ?? '';
  return how === 'removed' && couldBe(last, '.claude') ? ('write-settings' as const) : null;
}
