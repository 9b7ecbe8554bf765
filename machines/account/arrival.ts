/** What comes of it that an account is in a state, anew or still: what is noted, and what is told. */
import type { AccountFacts, AccountState } from '../accounts.ts';
import { logEntry } from './log-entries.ts';
import type { AccountContext, AccountReportEvent } from './types.ts';

/** A limit whose end moves by no more was told of. */
const MOVES_MS = 60_000;

export interface Arrival {
  readonly change: Pick<AccountContext, 'facts' | 'arrived' | 'loggedUntil' | 'reported'>;
  /** To be told in this order: stored, then logged. */
  readonly tell: readonly AccountReportEvent[];
}

/** A change of state is told once; a limit once more when its end has moved; facts whenever they changed. */
export function arrival(context: AccountContext, state: AccountState): Arrival {
  const facts = factsSince(context, state);
  const entry = isToBeLogged(context, state) ? logEntry(context, state) : null;
  const tell: AccountReportEvent[] = [];
  if (facts !== context.reported) tell.push({ type: 'account.changed', facts });
  if (entry !== null) tell.push({ type: 'account.logged', entry });
  return {
    change: {
      facts,
      arrived: state,
      loggedUntil: entry === null ? context.loggedUntil : untilIn(state, facts),
      reported: facts,
    },
    tell,
  };
}

/** What the store says of since when stands as long as the state that the account begins in is the one it had. */
function factsSince({ facts, arrived, clock }: AccountContext, state: AccountState): AccountFacts {
  const isNew = arrived !== null && arrived !== state;
  return isNew ? { ...facts, since: clock.now() } : facts;
}

function isToBeLogged(context: AccountContext, state: AccountState): boolean {
  const { arrived, loggedUntil, facts } = context;
  // That an account can be used is news only when it could not.
  if (arrived === null) return state !== 'available';
  if (arrived !== state) return true;
  const until = untilIn(state, facts);
  return until !== null && loggedUntil !== null && Math.abs(until - loggedUntil) > MOVES_MS;
}

function untilIn(state: AccountState, { limit }: AccountFacts): number | null {
  return state === 'limited' ? (limit?.until ?? null) : null;
}
