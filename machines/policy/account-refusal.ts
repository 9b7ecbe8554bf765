import type { ErrorCode } from '../../config/errors.ts';

const OF_ACCOUNT: ReadonlySet<string> = new Set<ErrorCode>([
  'ACCOUNT_UNAVAILABLE',
  'ACCOUNT_QUARANTINED',
]);

/** Whether a launch failed with a code that speaks against its account: it started nothing, and another one may do. */
export function isOfAccount({ code }: { readonly code: string }): boolean {
  return OF_ACCOUNT.has(code);
}
