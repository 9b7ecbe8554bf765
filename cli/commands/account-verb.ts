import type { DaemonPlace } from '../../config/daemon-place.ts';
import { stateWords, whatHelps } from '../../supervisor/account-advice.ts';
import type { AccountVerb } from '../../web/daemon-api.ts';
import { accountPath, askAccount } from '../account-detail.ts';
import { homesOf } from '../account-homes.ts';
import { requireDaemon } from '../control-client.ts';
import { reachDaemon } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import { until } from '../format/ago.ts';
import { requireAccount } from '../named-account.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

export interface AccountVerbRequest extends CommonOptions {
  readonly verb: AccountVerb;
  readonly name: string;
  /** For `limit`: epoch milliseconds when it is over; null for the others. */
  readonly until: number | null;
  readonly json?: boolean;
}

/** Tells the daemon a verb for one account, and says what changed. Throws `NOT_FOUND` and `DAEMON_DOWN`. */
export async function accountVerb(world: CliWorld, request: AccountVerbRequest): Promise<number> {
  const { name, verb } = request;
  const { place, config } = await reachDaemon(world, request);
  if (config !== null) requireAccount(config, name);
  const answer = await requireDaemon(place, {
    method: 'POST',
    path: `${accountPath(name)}/${verb}`,
    body: request.until === null ? {} : { until: request.until },
  });
  const { changed } = answer as { readonly changed: boolean };
  if (request.json) world.terminal.print(JSON.stringify(answer));
  else if (changed) world.terminal.print(`${name}: ${done(request, Date.now())}`);
  else {
    const home = homesOf(config).get(name) ?? null;
    world.terminal.print(`${name}: nothing to change${await whyUnusable(place, request, home)}`);
  }
  return EXIT.OK;
}

/** Whoever wanted to use it is told what keeps it from that, and what helps; empty when nothing does. */
async function whyUnusable(
  place: DaemonPlace,
  { name, verb }: AccountVerbRequest,
  home: string | null,
): Promise<string> {
  if (verb !== 'clear' && verb !== 'enable') return '';
  const detail = await askAccount(place, name);
  const help = whatHelps(detail, home);
  return help === null ? '' : `, and it is ${stateWords(detail)}: ${help}`;
}

function done({ verb, until: end }: AccountVerbRequest, now: number): string {
  if (verb !== 'limit') return DONE[verb];
  const at = new Date(end ?? now).toISOString();
  return `limited until ${at} (${until(at, now)})`;
}

const DONE: Readonly<Record<Exclude<AccountVerb, 'limit'>, string>> = {
  clear: 'cleared: it counts neither as limited nor as logged out any more',
  enable: 'in use again',
  disable: 'taken out of use: nothing is started on it',
};
