import { formatCheckErrors } from '../../config/format-check-errors.ts';
import { checkSharedState } from '../../config/guard.ts';
import type { CheckError } from '../../config/types.ts';
import { EXIT } from '../exit-codes.ts';
import { lookForConfig } from '../find-config.ts';
import type { CliWorld, JsonOptions } from '../world.ts';

/** Config and guard, without starting anything: exit 0, or 78 with every mistake named at once. */
export async function check(world: CliWorld, options: JsonOptions): Promise<number> {
  const { file, errors } = checked(world, options);
  const ok = errors.length === 0;
  if (options.json) world.terminal.print(JSON.stringify({ v: 1, ok, errors }));
  else if (ok) world.terminal.print(`${file}: config and shared state are in order`);
  else world.terminal.say(formatCheckErrors(errors, file).trimEnd());
  return ok ? EXIT.OK : EXIT.CONFIG;
}

interface Checked {
  readonly file: string;
  readonly errors: readonly CheckError[];
}

function checked(world: CliWorld, options: JsonOptions): Checked {
  const outcome = lookForConfig(world, options);
  if (!outcome.ok) return { file: outcome.file ?? 'no config', errors: outcome.errors };
  return { file: outcome.config.file, errors: checkSharedState(outcome.config) };
}
