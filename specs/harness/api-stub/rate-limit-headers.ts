import type { StubAccount } from './stub-account.ts';

export type Headers = Readonly<Record<string, string>>;

/** The `anthropic-ratelimit-unified-*` headers of an allowed answer: sent to subscription logins only. */
export function allowedHeaders({ quota }: StubAccount): Headers {
  return unified({
    status: 'allowed',
    reset: `${quota.fiveHour.resetsAt}`,
    'representative-claim': 'five_hour',
    'fallback-percentage': '0.5',
    '5h-status': 'allowed',
    '5h-utilization': `${quota.fiveHour.used}`,
    '5h-reset': `${quota.fiveHour.resetsAt}`,
    '7d-status': 'allowed',
    '7d-utilization': `${quota.sevenDay.used}`,
    '7d-reset': `${quota.sevenDay.resetsAt}`,
    'overage-status': 'rejected',
    'overage-disabled-reason': 'org_level_disabled',
  });
}

/** Those of a 429 that is this account's own limit: `claim` names the window that is used up. */
export function rejectedHeaders(account: StubAccount, claim: string): Headers {
  const isShort = claim === 'five_hour';
  const window = isShort ? '5h' : '7d';
  const { resetsAt } = isShort ? account.quota.fiveHour : account.quota.sevenDay;
  return {
    ...allowedHeaders(account),
    ...unified({
      status: 'rejected',
      reset: `${resetsAt}`,
      'representative-claim': claim,
      [`${window}-status`]: 'rejected',
      [`${window}-utilization`]: '1.0',
      ...(claim === 'overage' && {
        'overage-disabled-reason': 'out_of_credits',
        'overage-reset': `${resetsAt}`,
      }),
    }),
    'retry-after': `${Math.max(1, resetsAt - Math.floor(Date.now() / 1000))}`,
    'x-should-retry': 'false',
  };
}

function unified(values: Headers): Headers {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`anthropic-ratelimit-unified-${name}`, value]),
  );
}
