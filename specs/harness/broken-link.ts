import type { CheckError } from '../../config/types.ts';

/** What the guard says of an account whose link was swapped. */
export function brokenLink(account: string): CheckError {
  return {
    code: 'guard.divergent',
    path: `/${account}/projects`,
    message: `the link projects of ${account} leads elsewhere`,
    line: null,
    column: null,
    account,
    link: 'projects',
    expected: '/shared/projects',
    found: '/elsewhere',
  };
}
