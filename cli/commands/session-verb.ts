import { FailoverError } from '../../config/errors.ts';
import type { Config } from '../../config/types.ts';
import type { SessionVerb } from '../../web/daemon-api.ts';
import { requireDaemon } from '../control-client.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { requireSessions } from '../named-session.ts';
import { reportError } from '../report-error.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

export interface VerbRequest extends CommonOptions {
  readonly verb: SessionVerb;
  readonly names: readonly string[];
  /** For `adopt`: relaunch the session instead of taking it over as it is. */
  readonly restart?: boolean;
}

/**
 * Tells the daemon a verb for each session, in order, and says what changed. One that is refused
 * does not keep the others from being told; the exit code is that of the first refusal.
 */
export async function sessionVerb(world: CliWorld, request: VerbRequest): Promise<number> {
  const config = requireConfig(world, request);
  requireSessions(config, request.names);
  const refusals: FailoverError[] = [];
  for (const name of request.names) {
    const outcome = await tell(config, name, request);
    if (outcome instanceof FailoverError) {
      world.terminal.say(reportError(outcome));
      refusals.push(outcome);
    } else {
      world.terminal.print(`${name}: ${outcome ? DONE[request.verb] : 'already so'}`);
    }
  }
  const [first] = refusals;
  return first === undefined ? EXIT.OK : exitCodeOf(first);
}

/** An adoption waits for tmux, as long as the daemon does. */
const PATIENCE_MS = 2000;

/** True when something changed; a refusal is a value, so that the next session is told too. */
async function tell(
  config: Config,
  name: string,
  { verb, restart }: VerbRequest,
): Promise<boolean | FailoverError> {
  try {
    const answer = await requireDaemon(config, {
      method: 'POST',
      path: `/v1/sessions/${encodeURIComponent(name)}/${verb}`,
      body: { restart: restart === true },
      patienceMs: PATIENCE_MS,
    });
    return (answer as { readonly changed: boolean }).changed;
  } catch (error) {
    if (error instanceof FailoverError && REFUSALS.has(error.code)) return error;
    throw error;
  }
}

/** What is said about one session; anything else (no daemon) is the same for all of them. */
const REFUSALS = new Set<FailoverError['code']>(['NOT_FOUND', 'CONFLICT']);

const DONE: Readonly<Record<SessionVerb, string>> = {
  restart: 'restarting',
  reset: 'reset, its crashes no longer count',
  hold: 'held',
  release: 'released',
  adopt: 'adopted',
};
