import type { CheckError } from '../../config/types.ts';
import { amiss, type Finding, fine } from './finding.ts';

export interface Checked {
  /** null when no config was found. */
  readonly file: string | null;
  /** What `check` says, `config.*` and `guard.*`. */
  readonly errors: readonly CheckError[];
}

/** Config and guard, each in one finding: `check` tells every mistake with its place. */
export function judgeConfig({ file, errors }: Checked): readonly Finding[] {
  const config = errors.filter(({ code }) => code.startsWith('config.'));
  if (config.length > 0) return [refused('doctor.config', 'the config', { file, errors: config })];
  const inOrder = fine('doctor.config', `${file} is in order`, { file });
  if (errors.length > 0)
    return [inOrder, refused('doctor.guard', 'shared state', { file, errors })];
  return [inOrder, fine('doctor.guard', 'every account shares its state')];
}

function refused(code: 'doctor.config' | 'doctor.guard', what: string, checked: Checked): Finding {
  const { file, errors } = checked;
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return amiss('fail', code, {
    message: `${what}: ${first?.message}${more}`,
    remedy: file === null ? 'claude-failover init' : 'claude-failover check tells all of it.',
    facts: { file, codes: errors.map((error) => error.code) },
  });
}
