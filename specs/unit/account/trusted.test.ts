import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { trustsDirectory } from '../../../actors/account/trusted.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { TRUST_CASES } from '../../harness/trust-cases.ts';

/** An account home with this `.claude.json`. */
function accountWith(claudeJson: unknown): { readonly home: string } {
  const home = tempDir();
  writeFileSync(join(home, '.claude.json'), JSON.stringify(claudeJson));
  return { home };
}

function trusting(...names: readonly string[]): { readonly home: string } {
  const projects = names.map((name) => [name, { hasTrustDialogAccepted: true }]);
  return accountWith({ projects: Object.fromEntries(projects) });
}

test.each(TRUST_CASES)('$what: $isTrusted', ({ make, isTrusted }) => {
  const { trusted, workdir } = make();
  expect(trustsDirectory(trusting(...trusted), workdir)).toBe(isTrusted);
});

test('the root of the file system covers everything', () => {
  expect(trustsDirectory(trusting('/'), '/anything/at/all')).toBe(true);
});

test('a no beside the yes of a directory above changes nothing', () => {
  const account = accountWith({
    projects: {
      '/work': { hasTrustDialogAccepted: true },
      '/work/a': { hasTrustDialogAccepted: false },
    },
  });
  expect(trustsDirectory(account, '/work/a')).toBe(true);
});

test.each([
  ['a home that no client ever ran on', { home: '/nowhere' }],
  ['no projects', accountWith({})],
  ['projects that are none', accountWith({ projects: ['/work'] })],
  ['a project that is none', accountWith({ projects: { '/work': true } })],
  ['a trust that is none', accountWith({ projects: { '/work': { hasTrustDialogAccepted: 1 } } })],
  ['a name from elsewhere', accountWith({ projects: {} })],
])('%s: nothing is trusted', (_, account) => {
  expect(trustsDirectory(account, '/work')).toBe(false);
  expect(trustsDirectory(account, '/constructor')).toBe(false);
});

test('a file that cannot be read is said, not taken for a no', () => {
  const broken = tempDir();
  writeFileSync(join(broken, '.claude.json'), '{ "projects": ');
  expect(() => trustsDirectory({ home: broken }, '/work')).toThrow(/does not hold a JSON object/);
  const odd = tempDir();
  mkdirSync(join(odd, '.claude.json'));
  chmodSync(odd, 0o700);
  expect(() => trustsDirectory({ home: odd }, '/work')).toThrow(
    expect.objectContaining({ code: 'ACCOUNT_FILE_INVALID' }),
  );
});
