import {
  type ApiResponse,
  type Call,
  found,
  foundOr,
  noSuchVerb,
  refusal,
  refused,
  verbResponse,
} from './answer.ts';
import { ACCOUNT_VERBS, type AccountVerb } from './daemon-api.ts';
import { failoverWish, limitEnd } from './given-body.ts';

/** One account, what led to its state, and its history. */
export async function showAccount({ api, words: [name = ''] }: Call): Promise<ApiResponse> {
  return foundOr(await api.account(name), `no account is named ${name}`);
}

/** `limit` needs `{ until }`; the other verbs look at no body. */
export async function runAccountVerb({
  api,
  words: [name = '', verb = ''],
  body,
}: Call): Promise<ApiResponse> {
  if (!isAccountVerb(verb)) return noSuchVerb(verb, ACCOUNT_VERBS);
  if (verb !== 'limit') return verbResponse(await api.accountVerb(name, verb, null));
  const until = limitEnd(body, Date.now());
  if (!until.ok) return refused(400, 'BAD_REQUEST', until.message);
  return verbResponse(await api.accountVerb(name, verb, until.value));
}

/** Moves sessions, or only says which ones would go where. */
export async function failover({ api, body }: Call): Promise<ApiResponse> {
  const wish = failoverWish(body);
  if (!wish.ok) return refused(400, 'BAD_REQUEST', wish.message);
  const outcome = await api.failover(wish.value);
  return outcome.ok ? found({ v: 1, moves: outcome.moves }) : refusal(outcome);
}

function isAccountVerb(word: string): word is AccountVerb {
  return ACCOUNT_VERBS.some((verb) => verb === word);
}
