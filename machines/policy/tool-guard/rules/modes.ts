import type { Rule } from '../finding.ts';
import { hasOption, operandsOf, textsOf } from '../invocation.ts';
import { absolutePath, realPathOf } from '../paths.ts';
import { broadPlaces, isOwnWork, isSystem } from '../places.ts';
import { legible, UNKNOWN } from '../unseen.ts';

/** Outside the working directory nothing is opened to everybody; the system and homes stay as they are. */
export const wideModes: Rule = (invocation, places) => {
  const { name, cwd } = invocation;
  if (name !== 'chmod' && name !== 'chown' && name !== 'chgrp') return [];
  const args = textsOf(invocation);
  const [mode = '', ...targets] = operandsOf(withoutMode(args), ['--reference', '--from']);
  const isOpened = name === 'chmod' && opensToAll(mode);
  if (!isOpened && !hasOption(args, '-R', '--recursive')) return [];
  return targets
    .map((target) => absolutePath(target, cwd))
    .filter((path) => {
      const real = realPathOf(path, { realPath: places.realPath, last: true });
      if (real.startsWith(UNKNOWN)) return false;
      if (broadPlaces(places).includes(real) || isSystem(real, places)) return true;
      return isOpened && real !== places.workdir && !isOwnWork(real, places);
    })
    .map((path) => ({
      rule: 'chmod-wide',
      reason: `${name} ${mode} of ${legible(path)}, outside the working directory`,
    }));
};

/** `-w` and `-x` are modes, though they look like options. */
function withoutMode(args: readonly string[]): readonly string[] {
  return args.map((arg) => (/^-[rwxst]+$/.test(arg) ? `a${arg}` : arg));
}

/** Whether anybody could write then. */
function opensToAll(mode: string): boolean {
  if (/^[0-7]+$/.test(mode)) return (Number(mode.at(-1)) & 2) !== 0;
  return mode.split(',').some((clause) => /^[ug]*[oa][ugoa]*[+=][rwxXst]*w/.test(clause));
}
