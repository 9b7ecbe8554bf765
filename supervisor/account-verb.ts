import type { AccountEvent, AccountFacts } from '../machines/accounts.ts';
import { accountNamed } from './children.ts';
import type { VerbResult } from './operator.ts';
import type { RootRef } from './pool.ts';

export interface AccountVerbRequest {
  readonly name: string;
  readonly verb: 'limit' | 'clear' | 'enable' | 'disable';
  /** For `limit`: epoch milliseconds when it is over. */
  readonly until: number | null;
}

/** Carries out a verb of the operator on one account; `changed` is false when it was so already. */
export function carryOutOnAccount(root: RootRef, request: AccountVerbRequest): VerbResult {
  const { name } = request;
  const account = accountNamed(root, name);
  if (account === null) {
    return { ok: false, code: 'NOT_FOUND', message: `no account is named ${name || '""'}` };
  }
  const before = wishesIn(account.getSnapshot().context.facts);
  root.send({ type: 'account.tell', account: name, event: eventOf(request) });
  return { ok: true, changed: wishesIn(account.getSnapshot().context.facts) !== before };
}

function eventOf({ verb, until }: AccountVerbRequest): AccountEvent {
  if (verb === 'limit') return { type: 'operator.limit', until: until ?? 0 };
  return { type: `operator.${verb}` };
}

/** What verbs change, in one text: the record of who said so bears the time, and is another each time. */
function wishesIn({ limit, loginLost, disabledAt, probes }: AccountFacts): string {
  const isGuess = probes > 0;
  return JSON.stringify([limit?.until ?? null, loginLost === null, disabledAt === null, isGuess]);
}
