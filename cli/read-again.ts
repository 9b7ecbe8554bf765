import { formatCheckErrors } from '../config/format-check-errors.ts';
import { checkSharedState } from '../config/guard.ts';
import type { LoadResult } from '../config/load.ts';
import type { CheckError, Config } from '../config/types.ts';
import { planReload, type ReloadPlan } from '../supervisor/reload-plan.ts';
import type { Refusal } from '../web/daemon-api.ts';
import type { Log } from './daemon-voice.ts';

export type ReadAgain =
  | { readonly ok: true; readonly config: Config; readonly plan: ReloadPlan }
  | { readonly ok: false; readonly errors: readonly CheckError[]; readonly refusal: Refusal };

/** The config of a daemon that runs, read, checked and guarded once more; all that speaks against it at once. */
export function readAgain(now: Config, reread: () => LoadResult): ReadAgain {
  const loaded = reread();
  if (!loaded.ok) return refused(now, loaded.errors);
  const violations = checkSharedState(loaded.config);
  if (violations.length > 0) return refused(now, violations);
  const plan = planReload(now, loaded.config);
  if (plan.needRestart.length > 0) return { ok: false, errors: [], refusal: needsRestart(plan) };
  return { ok: true, config: loaded.config, plan };
}

function refused({ file }: Config, errors: readonly CheckError[]): ReadAgain {
  const details = formatCheckErrors(errors, file).trimEnd();
  const message = `${file} cannot be used, and the config of before stays in force\n${details}`;
  return { ok: false, errors, refusal: { ok: false, code: 'CONFIG_INVALID', message } };
}

function needsRestart({ needRestart }: ReloadPlan): Refusal {
  const message = `a daemon that runs cannot take over another ${needRestart.join(', ')}, and nothing was changed: restart it (every session stays)`;
  return { ok: false, code: 'CONFIG_NEEDS_RESTART', message };
}

/** Says each mistake in a line of its own, then that nothing was changed; gives the refusal back. */
export function logRefusal(
  log: Log,
  refusal: Refusal,
  errors: readonly CheckError[] = [],
): Refusal {
  const { code, message } = refusal;
  for (const error of errors) log(mistakeEntry(error));
  const [reason = ''] = message.split('\n');
  log({ event: 'daemon.reload_refused', code, reason });
  return refusal;
}

function mistakeEntry(error: CheckError) {
  const { code, path, line, column, account, link, expected, found, message: reason } = error;
  return code.startsWith('guard.')
    ? ({ event: 'guard.failed', code, path, account, link, expected, found, reason } as const)
    : ({ event: 'config.failed', code, path, line, column, expected, found, reason } as const);
}
