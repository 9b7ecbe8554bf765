import type { DaemonPlace } from '../../config/daemon-place.ts';
import { FailoverError } from '../../config/errors.ts';
import type { StatusReport } from '../../supervisor/status-report.ts';
import { LEAVING, LEAVING_ONCE_RELEASED } from '../../supervisor/supervised.ts';
import type { SessionVerb } from '../../web/daemon-api.ts';
import { requireDaemon } from '../control-client.ts';
import { reachDaemon } from '../daemon-reach.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { requireSupervised } from '../named-session.ts';
import { reportError } from '../report-error.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

export interface VerbRequest extends CommonOptions {
  readonly verb: SessionVerb;
  readonly names: readonly string[];
  /** Every session of the pool, instead of names. */
  readonly all?: boolean;
  /** For `adopt`: relaunch the session instead of taking it over as it is. */
  readonly restart?: boolean;
}

/**
 * Tells the daemon a verb for each session, in order, and says what changed. One that is refused
 * does not keep the others from being told; the exit code is that of the first refusal.
 */
export async function sessionVerb(world: CliWorld, request: VerbRequest): Promise<number> {
  const reach = await reachDaemon(world, request);
  const { place } = reach;
  await requireSupervised(reach, request.names);
  const refusals: FailoverError[] = [];
  const names = request.all ? await allSessions(world, place, request.verb) : request.names;
  for (const name of names) {
    const outcome = await tell(place, name, request);
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

/**
 * Those that the daemon has: the config may say otherwise by now. A reset of all is one of the pool, too, and
 * first of all: what only waits for that is launched in its turn.
 */
async function allSessions(
  world: CliWorld,
  place: DaemonPlace,
  verb: SessionVerb,
): Promise<readonly string[]> {
  if (verb === 'reset') await resetPool(world, place);
  const report = await requireDaemon(place, { method: 'GET', path: '/v1/status' });
  const { sessions } = report as StatusReport;
  // One that is being retired is told nothing more, but that its hold is over.
  const leaving = verb === 'release' ? [LEAVING] : [LEAVING, LEAVING_ONCE_RELEASED];
  return sessions
    .filter(({ reason }) => reason === null || !leaving.includes(reason))
    .map(({ name }) => name);
}

/** A pool that has escalated creates sessions again. */
async function resetPool({ terminal }: CliWorld, place: DaemonPlace): Promise<void> {
  const answer = await requireDaemon(place, { method: 'POST', path: '/v1/pool/reset' });
  if ((answer as { readonly changed: boolean }).changed) {
    terminal.print('the pool: its sessions are created again');
  }
}

/** True when something changed; a refusal is a value, so that the next session is told too. */
async function tell(
  place: DaemonPlace,
  name: string,
  { verb, restart }: VerbRequest,
): Promise<boolean | FailoverError> {
  try {
    const answer = await requireDaemon(place, {
      method: 'POST',
      path: `/v1/sessions/${encodeURIComponent(name)}/${verb}`,
      body: { restart: restart === true },
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
