import { failureOf } from './failures.ts';
import { directiveIn, isMainRequest, type RequestBody } from './request-body.ts';
import { newAccount, type Quota, type StubAccount, type StubOptions } from './stub-account.ts';

export interface AccountChange {
  readonly mode?: string;
  readonly queue?: readonly string[];
  readonly options?: Partial<StubOptions>;
  readonly quota?: Partial<Quota>;
}

export interface AccountBook {
  account(token: string): StubAccount;
  change(token: string, change: AccountChange): void;
  /** The mode this request is answered in; takes it off the account's queue when it comes from there. */
  takeMode(token: string, body: RequestBody): string;
}

/** The accounts the stub has met, by token; a new token is a new account in good standing. */
export function openAccountBook(): AccountBook {
  const accounts = new Map<string, StubAccount>();

  const account = (token: string) => {
    const known = accounts.get(token) ?? newAccount();
    accounts.set(token, known);
    return known;
  };
  const change = (token: string, { options, quota, ...rest }: AccountChange) => {
    const before = account(token);
    accounts.set(token, {
      ...before,
      ...rest,
      options: { ...before.options, ...options },
      quota: { ...before.quota, ...quota },
    });
  };
  const takeMode = (token: string, body: RequestBody) => {
    const { mode, queue, ...known } = account(token);
    const isFailing = failureOf(mode, { mode, queue, ...known }) !== null;
    if (!isMainRequest(body)) return isFailing ? mode : 'side';
    const [next, ...later] = queue;
    if (next !== undefined) {
      change(token, { queue: later });
      return next;
    }
    return (isFailing ? null : directiveIn(body)) ?? mode;
  };
  return { account, change, takeMode };
}
