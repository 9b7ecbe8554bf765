import type { AccountVerb } from '../../web/daemon-api.ts';
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
}

/** Tells the daemon a verb for one account, and says what changed. Throws `NOT_FOUND` and `DAEMON_DOWN`. */
export async function accountVerb(world: CliWorld, request: AccountVerbRequest): Promise<number> {
  const { name, verb } = request;
  const { place, config } = await reachDaemon(world, request);
  if (config !== null) requireAccount(config, name);
  const answer = await requireDaemon(place, {
    method: 'POST',
    path: `/v1/accounts/${encodeURIComponent(name)}/${verb}`,
    body: request.until === null ? {} : { until: request.until },
  });
  const { changed } = answer as { readonly changed: boolean };
  world.terminal.print(`${name}: ${changed ? done(request, Date.now()) : 'already so'}`);
  return EXIT.OK;
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
